using System.Buffers.Binary;

namespace Multivisor.Fuzz.Naive;

/// <summary>What comes out of the octets of one ZMTP peer, read in one go by the book: messages, and how it ends.</summary>
internal sealed record NaiveZmtp(List<byte[]> Messages, NaiveEnd End)
{
    private const int GreetingLength = 64;
    private const int MaxCommand = 64 * 1024;

    /// <param name="octets">Greeting, READY and what follows.</param>
    public static NaiveZmtp Read(byte[] octets, int maxFrame, IReadOnlyList<string> peers)
    {
        if (GreetingIsWrong(octets))
            return new NaiveZmtp([], NaiveEnd.Refused);
        if (octets.Length < GreetingLength)
            return new NaiveZmtp([], NaiveEnd.CutShort);
        var at = GreetingLength;
        var ready = false;
        List<byte[]> messages = [];
        while (true)
        {
            if (TryFrame(octets, ref at, ready ? maxFrame : MaxCommand, out var flags, out var body) is { } end)
                return new NaiveZmtp(messages, ready ? end : end == NaiveEnd.Whole ? NaiveEnd.CutShort : end);
            var isCommand = (flags & 4) != 0;
            if (!ready && !isCommand)
                return new NaiveZmtp(messages, NaiveEnd.Refused);
            if (!isCommand)
            {
                if ((flags & 1) == 0)
                    messages.Add(body);
                continue;
            }

            if (body.Length == 0 || body[0] >= body.Length)
                return new NaiveZmtp(messages, NaiveEnd.Refused);
            var name = Latin(body[1..(1 + body[0])]);
            var data = body[(1 + body[0])..];
            if (ready)
            {
                if (name == "PING" && data.Length is < 2 or > 18)
                    return new NaiveZmtp(messages, NaiveEnd.Refused);
            }
            else if (name == "ERROR" || (name == "READY" && !IsFitting(data, peers)))
            {
                return new NaiveZmtp(messages, NaiveEnd.Refused);
            }
            else
            {
                ready = name == "READY";
            }
        }
    }

    private static bool GreetingIsWrong(byte[] octets)
    {
        if (octets.Length == 0)
            return false;
        if (octets[0] != 0xFF)
            return !(octets.Length < 5 && "HTTP/".StartsWith(Latin(octets), StringComparison.Ordinal));
        if (octets.Length > 9 && octets[9] != 0x7F)
            return true;
        if (octets.Length > 10 && octets[10] < 3)
            return true;
        return octets.Length >= GreetingLength && Latin(octets[12..32]).TrimEnd('\0') != "NULL";
    }

    private static NaiveEnd? TryFrame(byte[] octets, ref int at, int maxFrame, out byte flags, out byte[] body)
    {
        body = [];
        flags = 0;
        if (at == octets.Length)
            return NaiveEnd.Whole;
        flags = octets[at];
        var isCommand = (flags & 4) != 0;
        if (flags > 7 || flags == 7 || flags == 5)
            return NaiveEnd.Refused;
        var isLong = (flags & 2) != 0;
        var head = isLong ? 9 : 2;
        if (octets.Length - at < head)
            return NaiveEnd.CutShort;
        var size = isLong ? BinaryPrimitives.ReadUInt64BigEndian(octets.AsSpan(at + 1)) : octets[at + 1];
        if (size > (ulong)(isCommand ? Math.Min(maxFrame, MaxCommand) : maxFrame))
            return NaiveEnd.Refused;
        if ((ulong)(octets.Length - at - head) < size)
            return NaiveEnd.CutShort;
        body = octets[(at + head)..(at + head + (int)size)];
        at += head + (int)size;
        return null;
    }

    /// <summary>The last Socket-Type counts; none at all is accepted.</summary>
    private static bool IsFitting(byte[] properties, IReadOnlyList<string> peers)
    {
        string? type = null;
        var at = 0;
        while (at < properties.Length)
        {
            var nameLength = properties[at++];
            if (properties.Length - at < nameLength + 4)
                return false;
            var name = Latin(properties[at..(at + nameLength)]);
            at += nameLength;
            var valueLength = BinaryPrimitives.ReadUInt32BigEndian(properties.AsSpan(at));
            at += 4;
            if (valueLength > (uint)(properties.Length - at))
                return false;
            var value = properties[at..(at + (int)valueLength)];
            at += (int)valueLength;
            if (name.All(char.IsAscii) && name.Equals("Socket-Type", StringComparison.OrdinalIgnoreCase))
                type = Latin(value);
        }

        return type is null || peers.Contains(type, StringComparer.Ordinal);
    }

    private static string Latin(byte[] octets) => System.Text.Encoding.Latin1.GetString(octets);
}

internal enum NaiveEnd
{
    Whole,

    /// <summary>In the middle of something.</summary>
    CutShort,
    Refused,
}
