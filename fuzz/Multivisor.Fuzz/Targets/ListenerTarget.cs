using System.IO.Pipelines;
using System.Text;
using Multivisor.Supervisord.Events;

namespace Multivisor.Fuzz.Targets;

/// <summary>
/// What an event listener reads on its standard input. In pieces and in one the same events come out; none has more than went in; and written
/// again as supervisord writes them they are read as the same ones.
/// </summary>
internal sealed class ListenerTarget : IFuzzTarget
{
    private static readonly ListenerEventReaderOptions Options = new() { MaxHeaderLength = 512, MaxPayloadLength = 1024 };

    public string Name => "listener";

    public void Run(byte[] input)
    {
        var (octets, pieces) = CutInput.Of(input);
        var whole = Read(octets, []);
        Same(whole, Read(octets, pieces), "in pieces");
        BrokenRuleException.ThrowIf(whole.Sum(Length) > octets.Length * 3L, "more comes out than went in");
        foreach (var read in whole)
            CheckPayload(read, octets);

        // A payload that was cut, or that broke off, is not what its header says.
        List<ListenerEvent> sound = [.. whole.Where(IsSound)];
        Same(sound, Read(Encoding.UTF8.GetBytes(string.Concat(sound.Select(Text))), []), "written again");
    }

    private static void CheckPayload(ListenerEvent read, byte[] octets)
    {
        // U+FFFD stands for octets that are no UTF-8: of those neither number nor place can be compared.
        if (!read.PayloadWasCut && !read.Payload.Contains('\uFFFD', StringComparison.Ordinal))
        {
            var announced = long.Parse(read.Header[^1].Value, System.Globalization.CultureInfo.InvariantCulture);
            var payload = Encoding.UTF8.GetBytes(read.Payload);
            BrokenRuleException.ThrowIf(
                Characters(read) != announced && payload.Length < announced, $"{Characters(read)} characters instead of {announced}");
            BrokenRuleException.ThrowIf(octets.AsSpan().IndexOf(payload) < 0, "a payload that was not sent");
        }

        BrokenRuleException.ThrowIf(Encoding.UTF8.GetByteCount(read.Payload) > 3 * Options.MaxPayloadLength, "a payload over the limit");
        BrokenRuleException.ThrowIf(read.Header.Sum(h => h.Key.Length + h.Value.Length) > Options.MaxHeaderLength, "a header over the limit");
        foreach (var (key, value) in read.ReadPairs())
            BrokenRuleException.ThrowIf(!read.Payload.Contains($"{key}:{value}", StringComparison.Ordinal), "a pair that is not in the payload");
    }

    /// <summary>Seven plain tokens, and as many characters as were announced: what supervisord itself writes.</summary>
    private static bool IsSound(ListenerEvent read) => !read.PayloadWasCut
        && read.Header.Count == 7 && read.Version == "3.0" && read.Server.Length > 0
        && read.Header.All(h => h.Value.Length > 0 && h.Value.All(c => c is > ' ' and < '\x7f' and not ':'))
        && Characters(read).ToString(System.Globalization.CultureInfo.InvariantCulture) == read.Length;

    private static int Characters(ListenerEvent read) => read.Payload.EnumerateRunes().Count();

    private static string Text(ListenerEvent read) => $"{string.Join(' ', read.Header.Select(h => $"{h.Key}:{h.Value}"))}\n{read.Payload}";

    private static int Length(ListenerEvent read) => Encoding.UTF8.GetByteCount(read.Payload) + read.Header.Sum(h => h.Key.Length + h.Value.Length);

    private static List<ListenerEvent> Read(byte[] octets, int[] pieces)
    {
        var reader = new ListenerEventReader(PipeReader.Create(new PiecesStream(octets, pieces)), Options);
        List<ListenerEvent> events = [];
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult() is { } read)
            events.Add(read);
        BrokenRuleException.ThrowIf(reader.SkippedOctets < 0 || reader.SkippedOctets > octets.Length * 3L, $"{reader.SkippedOctets} octets skipped of {octets.Length}");
        return events;
    }

    private static void Same(List<ListenerEvent> one, List<ListenerEvent> two, string how)
    {
        BrokenRuleException.ThrowIf(one.Count != two.Count, $"{how}: {two.Count} events instead of {one.Count}");
        foreach (var (first, second) in one.Zip(two))
        {
            BrokenRuleException.ThrowIf(!first.Header.SequenceEqual(second.Header), $"{how}: another header");
            BrokenRuleException.ThrowIf(first.Payload != second.Payload, $"{how}: another payload");
        }
    }
}
