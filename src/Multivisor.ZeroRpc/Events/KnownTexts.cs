using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Multivisor.ZeroRpc.Events;

/// <summary>
/// Short texts that were read lately on this thread, so that the same keys and words of one map after the other, in one message after the
/// other, are one string each. Bounded, whatever a peer sends.
/// </summary>
internal static class KnownTexts
{
    /// <summary>In octets. Longer ones differ from message to message, but paths of files are told twice in each.</summary>
    private const int MaxShort = 24;

    private const int MaxLong = 128;

    /// <summary>A power of two.</summary>
    private const int Places = 256;

    /// <summary>A power of two.</summary>
    private const int LongPlaces = 16;

    [ThreadStatic]
    private static string?[]? _texts;

    [ThreadStatic]
    private static string?[]? _longTexts;

    /// <summary>False for what is long or no ASCII.</summary>
    public static bool TryGet(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (octets.IsEmpty)
        {
            text = "";
            return true;
        }

        if (octets.Length > MaxLong)
            return false;
        var texts = octets.Length <= MaxShort ? _texts ??= new string?[Places] : _longTexts ??= new string?[LongPlaces];
        var hash = (octets.Length * 31) + octets[0];
        foreach (var octet in octets)
            hash = unchecked((hash * 33) ^ octet);
        ref var place = ref texts[(hash ^ (hash >> 8)) & (texts.Length - 1)];
        if (place is not null && place.Length == octets.Length && Ascii.Equals(octets, place))
        {
            text = place;
            return true;
        }

        if (!Ascii.IsValid(octets))
            return false;
        text = place = Encoding.ASCII.GetString(octets);
        return true;
    }
}
