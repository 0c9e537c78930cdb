using System.Collections;

namespace Multivisor.Fleet.Configuration;

/// <summary>What an operator says of a supervisor to find it again: <c>site=hall1, beamline=id10</c>. Sorted by name; immutable.</summary>
public sealed class LabelSet : IReadOnlyCollection<KeyValuePair<string, string>>, IEquatable<LabelSet>
{
    private const int Limit = 32;
    private const int MaxLength = 100;

    private readonly KeyValuePair<string, string>[] _labels;

    private LabelSet(IEnumerable<KeyValuePair<string, string>> labels) => _labels = [.. labels.OrderBy(l => l.Key, StringComparer.Ordinal)];

    public static LabelSet Empty { get; } = new([]);

    public int Count => _labels.Length;

    /// <param name="text">The value of <c>labels=</c>; lines count as commas do.</param>
    /// <param name="labels">Set when there is no problem.</param>
    /// <returns>What is wrong, or null.</returns>
    internal static ConfigProblem? Read(string text, out LabelSet labels)
    {
        labels = Empty;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals].TrimEnd(), part[(equals + 1)..].TrimStart());
            if (Problem(name, value) is { } problem)
                return problem;
            if (!found.TryAdd(name, value))
                return new ConfigProblem($"label '{name}' is there twice", "keep one of them");
        }

        if (found.Count > Limit)
            return new ConfigProblem($"there are more than {Limit} labels", "keep those that somebody looks for");
        labels = new LabelSet(found);
        return null;
    }

    /// <returns>What is wrong with a label, or null.</returns>
    internal static ConfigProblem? Problem(string name, string value)
    {
        if (name.Length is 0 or > MaxLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/'))
            return new ConfigProblem("the name of a label is made of letters, digits, _ - . and /", "write labels = site=hall1, beamline=id10");
        return value.Length > MaxLength || value.Any(char.IsControl)
            ? new ConfigProblem($"the value of label '{name}' is longer than {MaxLength} characters, or not one line of text", "write it shorter")
            : null;
    }

    /// <summary>One set over another: where both have a name, <paramref name="over"/> holds.</summary>
    internal LabelSet With(LabelSet over)
    {
        var labels = new Dictionary<string, string>(_labels, StringComparer.Ordinal);
        foreach (var (name, value) in over)
            labels[name] = value;
        return new LabelSet(labels);
    }

    /// <summary>Labels whose names and values were found good.</summary>
    internal static LabelSet Of(IEnumerable<KeyValuePair<string, string>> labels) => new(labels);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(LabelSet? other) => other is not null && _labels.AsSpan().SequenceEqual(other._labels);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _labels.Aggregate(0, (hash, label) => HashCode.Combine(hash, label.Key, label.Value));

    public override string ToString() => string.Join(", ", _labels.Select(l => l.Value.Length == 0 ? l.Key : $"{l.Key}={l.Value}"));
}
