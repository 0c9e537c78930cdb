using System.Runtime.InteropServices;

namespace Multivisor.Fleet.Logs;

/// <summary>A viewer's place among what a <see cref="LogFollower"/> keeps.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogPlace
{
    /// <summary>Of the next event.</summary>
    public long Number { get; init; }

    /// <summary>Octets of that event that are passed over.</summary>
    public int Within { get; init; }

    /// <summary>Octets of all before, those that were lost included, as far as their number is known.</summary>
    public long Octets { get; init; }

    public long UnknownLosses { get; init; }

    /// <summary>What the viewer is to be told first: where it is, and why there. Null when it knows.</summary>
    public LogMove? Introduction { get; init; }
}
