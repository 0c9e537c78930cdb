using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Multivisor.ZeroRpc.Events;

/// <summary>
/// Short texts that were read lately on this thread, so that the same keys and words of one map after the other, in one message after the
/// other, are one string each. Bounded, whatever a peer sends.
/// </summary>
internal static class KnownTexts
{
    /// <summary>In octets. Longer ones are names and messages, which differ.</summary>
    private const int MaxLength = 24;

    /// <summary>A power of two.</summary>
    private const int Places = 256;

    [ThreadStatic]
    private static string?[]? _texts;

    /// <summary>False for what is long or no ASCII.</summary>
    public static bool TryGet(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (octets.IsEmpty)
        {
            text = "";
            return true;
        }

        if (octets.Length > MaxLength)
            return false;
        var texts = _texts ??= new string?[Places];
        var hash = (octets.Length * 31) + octets[0];
        foreach (var octet in octets)
            hash = unchecked((hash * 33) ^ octet);
        ref var place = ref texts[(hash ^ (hash >> 8)) & (Places - 1)];
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
