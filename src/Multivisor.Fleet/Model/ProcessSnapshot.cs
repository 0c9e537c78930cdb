using Multivisor.Supervisord;

namespace Multivisor.Fleet.Model;

/// <summary>What is known of one process at one moment. Immutable.</summary>
public sealed class ProcessSnapshot(string supervisor, string host, ProcessInfo info)
{
    private readonly SerializedForm _serialized = new();

    /// <summary><c>supervisor:group:name</c>, unique in the fleet.</summary>
    public string Uid { get; } = $"{supervisor}:{info.Group}:{info.Name}";

    public string Supervisor { get; } = supervisor;

    /// <summary>The host part of the supervisor's address in the configuration.</summary>
    public string Host { get; } = host;

    public ProcessInfo Info { get; } = info;

    public bool IsRunning => Info.State.IsRunning();

    /// <summary>
    /// Whether supervisord counted the exit as expected (<c>exitcodes</c>), while the process is EXITED and the exit was
    /// seen; else null.
    /// </summary>
    public bool? ExitExpected { get; init; }

    /// <summary>This one, or a copy that knows of the exit.</summary>
    public ProcessSnapshot With(bool? exitExpected) =>
        exitExpected == ExitExpected ? this : new ProcessSnapshot(Supervisor, Host, Info) { ExitExpected = exitExpected };

    /// <summary>What is known of the exit, if a later <paramref name="info"/> still speaks of the same one.</summary>
    public bool? ExitExpectedIn(ProcessInfo info) =>
        info.State == Info.State && info.Start == Info.Start && info.Stop == Info.Stop ? ExitExpected : null;

    /// <summary>Bytes made from this snapshot, made once (<see cref="SerializedForm"/>).</summary>
    public SerializedForm Serialized => _serialized;

    /// <summary>
    /// True when nothing differs that an operator would call a change: <c>now</c> passes by itself and
    /// <c>description</c> holds the uptime (multivisor-http.md section 5.1).
    /// </summary>
    public bool IsSameState(ProcessInfo other) =>
        Info == other || Info == other with { Now = Info.Now, Description = Info.Description };
}
