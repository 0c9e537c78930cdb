using Multivisor.Cli.Connection;

namespace Multivisor.Cli.Repl;

/// <summary>Lines that were entered, oldest first, kept between runs in a file that only its owner reads. A line that begins with a blank is not kept.</summary>
internal sealed class History(string file)
{
    private const int Most = 1000;

    private readonly List<string> _lines = [];

    public static string DefaultFile => Path.Combine(UserFolders.State, "history");

    public IReadOnlyList<string> Lines => _lines;

    public void Load()
    {
        try
        {
            _lines.AddRange(File.ReadLines(file).Where(line => line.Length > 0).TakeLast(Most));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is none yet, or it cannot be read: a history of this run is one as well.
        }
    }

    public void Add(string line)
    {
        if (line.Length == 0 || line[0] == ' ' || (_lines.Count > 0 && _lines[^1] == line))
            return;
        _lines.Add(line);
        if (_lines.Count > Most)
            _lines.RemoveAt(0);
        try
        {
            UserFolders.WritePrivately(file, string.Join('\n', _lines) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written to does not keep anybody from working.
        }
    }

    /// <summary>The newest line that goes on where a text ends; null when there is none.</summary>
    public string? Suggest(string text) => text.Length == 0
        ? null
        : _lines.FindLast(line => line.Length > text.Length && line.StartsWith(text, StringComparison.Ordinal));

    /// <summary>The place of the newest line before <paramref name="before"/> that holds a text; -1 when there is none.</summary>
    public int FindBefore(int before, string text) => before <= 0
        ? -1
        : _lines.FindLastIndex(Math.Min(before, _lines.Count) - 1, line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
}
