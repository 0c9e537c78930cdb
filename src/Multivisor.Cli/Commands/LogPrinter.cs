using System.Text.Json;
using Multivisor.Cli.Output;

namespace Multivisor.Cli.Commands;

/// <summary>Lines of one or several logs: those of several begin with whose they are, in a colour of their own.</summary>
/// <param name="isMerged">Several logs may come.</param>
internal sealed class LogPrinter(CliSession session, bool isMerged)
{
    /// <summary>A line that never ends is shown in parts of so many characters.</summary>
    private const int LongestLine = 64 * 1024;

    private readonly Dictionary<(string Uid, string Stream), string> _open = [];
    private readonly Dictionary<string, string> _styles = new(StringComparer.Ordinal);
    private int _width;

    public void Add(string uid, string stream, string text)
    {
        var key = (uid, stream);
        var rest = _open.GetValueOrDefault(key, "") + text;
        var start = 0;
        for (int end; (end = rest.IndexOf('\n', start)) >= 0; start = end + 1)
            Line(uid, stream, rest[start..end]);
        rest = rest[start..];
        if (rest.Length > LongestLine)
        {
            Line(uid, stream, rest);
            rest = "";
        }

        _open[key] = rest;
        session.Terminal.Flush();
    }

    /// <summary>Nothing more comes of this line.</summary>
    public void EndLine(string uid, string stream)
    {
        if (_open.Remove((uid, stream), out var rest) && rest.Length > 0)
            Line(uid, stream, rest);
        session.Terminal.Flush();
    }

    public void EndAll()
    {
        foreach (var (uid, stream) in _open.Keys.ToList())
            EndLine(uid, stream);
    }

    private void Line(string uid, string stream, string line)
    {
        var terminal = session.Terminal;
        line = line.TrimEnd('\r');
        switch (session.Format)
        {
            case OutputFormat.Json or OutputFormat.Ndjson:
                terminal.Line(JsonSerializer.Serialize(new LogLineJson(uid, stream, line), CliJson.Wire.LogLineJson));
                break;
            case OutputFormat.Plain:
                terminal.Line(isMerged ? $"{uid}\t{stream}\t{line}" : line);
                break;
            default:
                var shown = !terminal.IsTerminal ? line : terminal.HasColor ? SafeText.ColouredLine(line) : SafeText.Line(line);
                terminal.Line(isMerged ? $"{Prefix(uid, stream)} {shown}" : shown);
                break;
        }
    }

    private string Prefix(string uid, string stream)
    {
        var name = session.Terminal.Safe(stream == "err" ? $"{uid} err" : uid);
        _width = Math.Max(_width, SafeText.WidthOf(name));
        if (!_styles.TryGetValue(uid, out var style))
            _styles[uid] = style = Style.Distinct[_styles.Count % Style.Distinct.Length];
        return session.Terminal.Paint(style, SafeText.Pad(name, _width) + " |");
    }
}
