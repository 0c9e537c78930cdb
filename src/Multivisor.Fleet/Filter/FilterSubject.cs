using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Filter;

/// <summary>A process as a filter sees it: its texts in lower case, each made when a term first asks for it.</summary>
/// <param name="isStale">The last known state of a process whose supervisor is not connected.</param>
/// <param name="isAgent">The agent's own process.</param>
/// <param name="labels">Of its supervisor.</param>
public sealed class FilterSubject(ProcessSnapshot process, bool isStale = false, bool isAgent = false, LabelSet? labels = null)
{
    private readonly string?[] _texts = new string?[(int)FilterField.Label];
    private string? _fullName;

    /// <summary><c>group:name</c>.</summary>
    internal string FullName => _fullName ??= Fold(process.Info.Namespec);

    internal string this[FilterField field] => _texts[(int)field] ??= Fold(field switch
    {
        FilterField.Uid => process.Uid,
        FilterField.Name => process.Info.Name,
        FilterField.Group => process.Info.Group,
        FilterField.Supervisor => process.Supervisor,
        FilterField.Host => process.Host,
        FilterField.State => process.Info.StateName,
        FilterField.Pid => process.Info.Pid.ToString(),
        FilterField.ExitStatus => process.Info.ExitStatus.ToString(),
        FilterField.Description => process.Info.Description,
        _ => process.Info.SpawnError,
    });

    /// <summary>What <c>label:</c> may be compared with: the value of each label, its name, and both as <c>name=value</c>.</summary>
    internal IEnumerable<string> Labels => (labels ?? LabelSet.Empty).SelectMany(label => new[] { Fold(label.Value), Fold(label.Key), Fold($"{label.Key}={label.Value}") });

    /// <summary>The words that <c>is:</c> knows and that hold for this process.</summary>
    internal IEnumerable<string> Words
    {
        get
        {
            var state = process.Info.State;
            if (state.IsRunning())
                yield return "running";
            if (state.IsStopped())
                yield return "stopped";
            if (IsProblem)
                yield return "problem";
            if (isStale)
                yield return "stale";
            if (isAgent)
                yield return "agent";
        }
    }

    private bool IsProblem => process.Info.State switch
    {
        ProcessState.Backoff or ProcessState.Fatal or ProcessState.Unknown => true,
        ProcessState.Exited => !(process.ExitExpected ?? process.Info.ExitStatus == 0),
        _ => false,
    };

    /// <summary>Lower case character by character: the length of a text never changes, and no language has rules of its own.</summary>
    internal static string Fold(string text) => text.ToLowerInvariant();
}
