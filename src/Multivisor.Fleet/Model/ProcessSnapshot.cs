using Multivisor.Supervisord;

namespace Multivisor.Fleet.Model;

/// <summary>What is known of one process at one moment. Immutable.</summary>
public sealed class ProcessSnapshot
{
    private SerializedForm _serialized;

    public ProcessSnapshot(string supervisor, string host, ProcessInfo info)
    {
        Namespec = info.Namespec;
        Uid = $"{supervisor}:{Namespec}";
        Supervisor = supervisor;
        Host = host;
        Info = info;
    }

    /// <summary>The same process at another moment, with the strings that exist already.</summary>
    private ProcessSnapshot(ProcessSnapshot known, ProcessInfo info)
    {
        Namespec = known.Namespec;
        Uid = known.Uid;
        Supervisor = known.Supervisor;
        Host = known.Host;
        Info = info;
    }

    /// <summary><c>group:name</c>, kept: that of <see cref="Info"/> is put together whenever it is asked for.</summary>
    public string Namespec { get; }

    /// <summary><c>supervisor:group:name</c>, unique in the fleet.</summary>
    public string Uid { get; }

    public string Supervisor { get; }

    /// <summary>The host part of the supervisor's address in the configuration.</summary>
    public string Host { get; }

    public ProcessInfo Info { get; }

    public bool IsRunning => Info.State.IsRunning();

    /// <summary>
    /// Whether supervisord counted the exit as expected (<c>exitcodes</c>), while the process is EXITED and the exit was
    /// seen; else null.
    /// </summary>
    public bool? ExitExpected { get; init; }

    /// <summary>This one, or a copy that knows of the exit.</summary>
    public ProcessSnapshot With(bool? exitExpected) =>
        exitExpected == ExitExpected ? this : new ProcessSnapshot(this, Info) { ExitExpected = exitExpected };

    /// <summary>The same process at a later moment. What is no other text than before exists once.</summary>
    public ProcessSnapshot Later(ProcessInfo info, bool? exitExpected) => new(this, info.SharingTextsOf(Info)) { ExitExpected = exitExpected };

    /// <summary>What is known of the exit, if a later <paramref name="info"/> still speaks of the same one.</summary>
    public bool? ExitExpectedIn(ProcessInfo info) =>
        info.State == Info.State && info.Start == Info.Start && info.Stop == Info.Stop ? ExitExpected : null;

    /// <summary>Bytes made from this snapshot, made once (<see cref="SerializedForm"/>).</summary>
    public ref SerializedForm Serialized => ref _serialized;

    /// <summary>
    /// True when nothing differs that an operator would call a change: <c>now</c> passes by itself and
    /// <c>description</c> holds the uptime (multivisor-http.md section 5.1).
    /// </summary>
    public bool IsSameState(ProcessInfo other) =>
        Info.IsSameState(other);
}
