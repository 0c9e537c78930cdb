using System.Globalization;

namespace Multivisor.Contract.Filter;

/// <summary>A process as a filter sees it: its texts in lower case, each made when a term first asks for it. For one thread.</summary>
public abstract class FilterSubject
{
    private readonly string?[] _texts = new string?[(int)FilterField.Label];
    private string? _fullName;

    protected abstract string Uid { get; }

    protected abstract string Name { get; }

    protected abstract string Group { get; }

    protected abstract string Supervisor { get; }

    protected abstract string Host { get; }

    /// <summary>supervisord's number; see <see cref="ProcessStates"/>.</summary>
    protected abstract int? State { get; }

    protected abstract string StateName { get; }

    protected abstract long? Pid { get; }

    protected abstract long ExitStatus { get; }

    /// <summary>Null when nobody saw whether the exit was expected.</summary>
    protected abstract bool? ExitExpected { get; }

    protected abstract string Description { get; }

    protected abstract string SpawnError { get; }

    /// <summary>The last known state of a process whose supervisor is not connected.</summary>
    protected abstract bool IsStale { get; }

    /// <summary>The agent's own process.</summary>
    protected abstract bool IsAgent { get; }

    /// <summary>Of its supervisor.</summary>
    protected abstract IEnumerable<KeyValuePair<string, string>> LabelPairs { get; }

    /// <summary><c>group:name</c>.</summary>
    internal string FullName => _fullName ??= Fold($"{Group}:{Name}");

    internal string this[FilterField field] => _texts[(int)field] ??= Fold(field switch
    {
        FilterField.Uid => Uid,
        FilterField.Name => Name,
        FilterField.Group => Group,
        FilterField.Supervisor => Supervisor,
        FilterField.Host => Host,
        FilterField.State => StateName,
        FilterField.Pid => Pid?.ToString(CultureInfo.InvariantCulture) ?? "",
        FilterField.ExitStatus => ExitStatus.ToString(CultureInfo.InvariantCulture),
        FilterField.Description => Description,
        _ => SpawnError,
    });

    /// <summary>What <c>label:</c> may be compared with: the value of each label, its name, and both as <c>name=value</c>.</summary>
    internal IEnumerable<string> Labels => LabelPairs.SelectMany(label => new[] { Fold(label.Value), Fold(label.Key), Fold($"{label.Key}={label.Value}") });

    /// <summary>The words that <c>is:</c> knows and that hold for this process.</summary>
    internal IEnumerable<string> Words
    {
        get
        {
            if (ProcessStates.IsRunning(State))
                yield return "running";
            if (ProcessStates.IsStopped(State))
                yield return "stopped";
            if (ProcessStates.IsProblem(State, ExitStatus, ExitExpected))
                yield return "problem";
            if (IsStale)
                yield return "stale";
            if (IsAgent)
                yield return "agent";
        }
    }

    /// <summary>Lower case character by character: the length of a text never changes, and no language has rules of its own.</summary>
    internal static string Fold(string text) => text.ToLowerInvariant();
}
