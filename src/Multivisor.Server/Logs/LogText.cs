using System.Text;
using Multivisor.Fleet.Logs;

namespace Multivisor.Server.Logs;

/// <summary>Text of a log with the place of its octets.</summary>
/// <param name="Position">Behind it: who comes back here misses nothing and gets nothing twice.</param>
internal sealed record LogText(string Text, string File, long From, long To, LogPosition Position);

/// <summary>
/// Makes text of octets that come in any pieces. What is no UTF-8 becomes U+FFFD; a character that is cut waits for its rest. Not
/// thread-safe.
/// </summary>
internal sealed class LogTextReader
{
    private readonly LogTracker _sent = new();
    private byte[] _cut = [];

    /// <summary>Behind all text that was given out.</summary>
    public LogPosition Position => _sent.Position;

    /// <summary>The text of an event, if there is any.</summary>
    public LogText? Read(LogEvent.Data data)
    {
        if (!data.IsExact)
        {
            // The wire has had it as text already.
            var from = _sent.Offset;
            _cut = [];
            _sent.Apply(data);
            return new LogText(Encoding.UTF8.GetString(data.Octets.Span), _sent.File, from, _sent.Offset, _sent.Position);
        }

        byte[] octets = _cut.Length == 0 ? [] : [.. _cut, .. data.Octets.Span];
        var all = octets.Length == 0 ? data.Octets.Span : octets;
        var whole = all.Length - CutLength(all);
        _cut = all[whole..].ToArray();
        return whole == 0 ? null : Give(all[..whole]);
    }

    /// <summary>Goes on elsewhere; a character whose rest does not come is given out as what it is.</summary>
    public LogText? Move(LogEvent.Moved moved)
    {
        var rest = _cut.Length == 0 ? null : Give(_cut);
        _cut = [];
        _sent.Apply(moved);
        return rest;
    }

    private LogText Give(ReadOnlySpan<byte> octets)
    {
        var from = _sent.Offset;
        _sent.Pass(octets, octets.Length);
        return new LogText(Encoding.UTF8.GetString(octets), _sent.File, from, _sent.Offset, _sent.Position);
    }

    /// <summary>How many octets at the end begin a character that needs more.</summary>
    private static int CutLength(ReadOnlySpan<byte> octets)
    {
        for (var back = 1; back <= Math.Min(3, octets.Length); back++)
        {
            var octet = octets[^back];
            if (octet >= 0xc0)
            {
                var length = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
                return octet < 0xf8 && length > back ? back : 0;
            }

            if (octet < 0x80)
                return 0;
        }

        return 0;
    }
}
