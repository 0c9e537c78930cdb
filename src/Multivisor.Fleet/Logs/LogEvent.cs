namespace Multivisor.Fleet.Logs;

/// <summary>One thing that happens in a log that is followed. Immutable.</summary>
public abstract record LogEvent
{
    /// <summary>The next octets of the current file.</summary>
    /// <param name="Length">How many of the file they stand for: more than there are when the wire has swallowed some.</param>
    public sealed record Data(long Offset, ReadOnlyMemory<byte> Octets, long Length) : LogEvent
    {
        public Data(long offset, ReadOnlyMemory<byte> octets)
            : this(offset, octets, octets.Length)
        {
        }

        public bool IsExact => Octets.Length == Length;
    }

    /// <summary>What follows is read from this place on. The first event of everybody who follows.</summary>
    /// <param name="File">As in <see cref="LogPosition.File"/>.</param>
    /// <param name="Before">The octets before the offset, as far as they are known.</param>
    /// <param name="Lost">Octets between those before and those that follow; null when nobody can know how many, or if any.</param>
    public sealed record Moved(LogMove Reason, string File, long Offset, ReadOnlyMemory<byte> Before, long? Lost) : LogEvent;

    /// <summary>There will be nothing more.</summary>
    public sealed record Ended(string Reason) : LogEvent;
}

public enum LogMove
{
    /// <summary>The beginning, or a file that came to be.</summary>
    Begun,

    /// <summary>At the position that was asked for.</summary>
    Resumed,

    /// <summary>The file before was rotated away.</summary>
    Rotated,

    /// <summary>The file was deleted and made anew, or truncated.</summary>
    Cleared,

    /// <summary>Some octets are left out: too many waited, or they cannot be read.</summary>
    Skipped,
}

/// <summary>There is no such log: none is configured, or its file does not exist. The message is for an operator.</summary>
public sealed class LogAbsentException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was asked for makes no sense, for example a regular expression that is none. The message is for whoever asked.</summary>
public sealed class LogRequestException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>supervisord or its agent cannot send this part of a log as text.</summary>
public sealed class LogUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
