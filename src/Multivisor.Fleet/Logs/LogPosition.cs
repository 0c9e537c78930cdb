using System.Globalization;
using System.Runtime.InteropServices;

namespace Multivisor.Fleet.Logs;

public enum LogChannel
{
    Stdout,
    Stderr,

    /// <summary>supervisord's own log.</summary>
    Main,
}

/// <summary>Which log of a supervisor.</summary>
/// <param name="Namespec">Empty for <see cref="LogChannel.Main"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogTarget(string Namespec, LogChannel Channel)
{
    public static LogTarget Main { get; } = new("", LogChannel.Main);
}

/// <summary>
/// A place between two octets of a log: where a reader left, and comes back to. As text it is <c>offset@file~check</c>, to be kept and sent
/// back as it is.
/// </summary>
/// <param name="File">Which file it is, however it is called by now; empty where only supervisord's own calls can be asked.</param>
/// <param name="Offset">In that file.</param>
/// <param name="Check">Made of the octets before the offset (<see cref="Supervisord.Logs.LogCheck"/>); null when they are not known.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogPosition(string File, long Offset, long? Check)
{
    private const int MaxLength = 120;

    public override string ToString() => $"{Offset}@{File}{(Check is { } check ? $"~{check:x}" : "")}";

    /// <summary>False when the text is no position.</summary>
    public static bool TryParse(string? text, out LogPosition position)
    {
        position = default;
        var at = text?.IndexOf('@') ?? -1;
        if (text is null || at < 1 || text.Length > MaxLength || !long.TryParse(text.AsSpan(0, at), NumberStyles.None, null, out var offset))
            return false;
        var file = text[(at + 1)..];
        long? check = null;
        if (file.IndexOf('~') is >= 0 and var tilde)
        {
            if (!long.TryParse(file.AsSpan(tilde + 1), NumberStyles.AllowHexSpecifier, null, out var number))
                return false;
            (file, check) = (file[..tilde], number);
        }

        if (!file.All(c => char.IsAsciiHexDigitLower(c) || c == '-'))
            return false;
        position = new LogPosition(file, offset, check);
        return true;
    }
}

/// <summary>Where to begin to follow: at a position, or so far before the end.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogStart
{
    public LogPosition? Position { get; private init; }

    public long Octets { get; private init; }

    public int Lines { get; private init; }

    public static LogStart At(LogPosition position) => new() { Position = position };

    public static LogStart LastOctets(long octets) => new() { Octets = Math.Max(0, octets) };

    public static LogStart LastLines(int lines) => new() { Lines = Math.Max(0, lines) };

    /// <summary>Who began like this has all that <paramref name="other"/> asks for.</summary>
    internal bool Covers(LogStart other) => other.Position is null && Position is null
        && (other.Lines > 0 ? Lines >= other.Lines : Lines == 0 && Octets >= other.Octets);
}
