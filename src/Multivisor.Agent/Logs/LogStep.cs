using System.Runtime.InteropServices;

namespace Multivisor.Agent.Logs;

/// <summary>One step of a <see cref="LogCursor"/>.</summary>
internal abstract record LogStep
{
    /// <summary>There is nothing new yet.</summary>
    public sealed record Nothing : LogStep
    {
        public static readonly Nothing Instance = new();
    }

    /// <summary>The next octets of the current file.</summary>
    public sealed record Data(long Offset, byte[] Octets) : LogStep;

    /// <summary>What follows is read from this file, beginning at this offset.</summary>
    /// <param name="Lost">Octets between the last ones told and these; null when nobody can know how many.</param>
    /// <param name="Before">The octets before the offset, as many as a check of positions looks at.</param>
    public sealed record File(LogChange Reason, FileIdentity? Identity, long Offset, byte[] Before, long? Lost) : LogStep;
}

/// <summary>Why a follower goes on in a file, or at another place of it.</summary>
internal enum LogChange
{
    /// <summary>The first file that is read, or one that came to be.</summary>
    Begun,

    /// <summary>Where it was left.</summary>
    Resumed,

    /// <summary>The file before it was renamed, and read to its end if nothing is lost.</summary>
    Rotated,

    /// <summary>The file was deleted and made anew, or truncated.</summary>
    Cleared,

    /// <summary>More was waiting than a follower is worth waiting for.</summary>
    Skipped,
}

/// <summary>Where to begin: at a position where somebody left, or so far before the end.</summary>
/// <param name="File">Null for the end.</param>
/// <param name="Check">Null when the position is to be taken as it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogStart(FileIdentity? File, long Offset, long? Check, long Octets, int Lines);
