using System.Text;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Logs;
using Multivisor.Supervisord.Logs;

namespace Multivisor.Fuzz.Targets;

/// <summary>
/// Octets of a log that come in pieces. The text is that of all octets together, its places follow one another without a gap, and a search
/// finds the lines that a plain look at all of them finds.
/// </summary>
internal sealed class LogTextTarget : IFuzzTarget
{
    private const long Start = 1000;

    public string Name => "logtext";

    public void Run(byte[] input)
    {
        var (octets, pieces) = CutInput.Of(input);
        CheckText(octets, pieces);
        CheckSearch(octets, pieces);
    }

    private static void CheckText(byte[] octets, int[] pieces)
    {
        var reader = new LogTextReader();
        reader.Move(new LogEvent.Moved(LogMove.Begun, "f", Start, default, 0));
        var text = new StringBuilder();
        var at = Start;
        foreach (var (offset, piece) in Cut(octets, pieces))
            Take(reader.Read(new LogEvent.Data(Start + offset, piece)));
        Take(reader.Move(new LogEvent.Moved(LogMove.Rotated, "g", 0, default, 0)));
        BrokenRuleException.ThrowIf(at != Start + octets.Length, $"the text ends at {at} instead of {Start + octets.Length}");
        BrokenRuleException.ThrowIf(text.ToString() != Encoding.UTF8.GetString(octets), "the pieces are another text than the whole");

        void Take(LogText? read)
        {
            if (read is null)
                return;
            BrokenRuleException.ThrowIf(read.From != at || read.To <= read.From, $"text from {read.From} to {read.To} follows {at}");
            BrokenRuleException.ThrowIf(read.Position.Offset != read.To, "a position that is not behind its text");
            at = read.To;
            text.Append(read.Text);
        }
    }

    private static void CheckSearch(byte[] octets, int[] pieces)
    {
        const string Wanted = "e";
        var search = new LineSearch(LineQuery.TryCreate(Wanted, isRegex: false, matchCase: true, out _)!, 1, 1, LineSearch.MaxMatches);
        foreach (var (offset, piece) in Cut(octets, pieces))
            search.Add(offset, piece.Span);
        search.EndOfFile(octets.Length);

        List<(long Offset, byte[] Line)> lines = [];
        for (var from = 0; from < octets.Length;)
        {
            var end = Array.IndexOf(octets, (byte)'\n', from);
            var line = octets[from..(end < 0 ? octets.Length : end)];
            lines.Add((from, line is [.., (byte)'\r'] ? line[..^1] : line));
            from = end < 0 ? octets.Length : end + 1;
        }

        var matches = lines.Where(l => l.Line.Contains((byte)'e')).Select(l => l.Offset).ToHashSet();
        BrokenRuleException.ThrowIf(search.Matches != matches.Count, $"{search.Matches} lines found instead of {matches.Count}");
        var expected = lines.Where((l, i) => matches.Contains(l.Offset) || (i > 0 && matches.Contains(lines[i - 1].Offset)) || (i + 1 < lines.Count && matches.Contains(lines[i + 1].Offset)));
        BrokenRuleException.ThrowIf(
            !search.Found.Select(f => (f.Offset, f.IsMatch)).SequenceEqual(expected.Select(l => (l.Offset, matches.Contains(l.Offset)))), "other lines are found");
    }

    private static IEnumerable<(int Offset, ReadOnlyMemory<byte> Piece)> Cut(byte[] octets, int[] pieces)
    {
        for (int at = 0, i = 0; at < octets.Length; i++)
        {
            var length = Math.Min(pieces.Length == 0 ? octets.Length : pieces[i % pieces.Length], octets.Length - at);
            yield return (at, octets.AsMemory(at, length));
            at += length;
        }
    }
}
