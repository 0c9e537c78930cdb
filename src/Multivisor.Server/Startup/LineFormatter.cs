using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Multivisor.Server.Startup;

/// <summary>One line per event on stderr: <c>LEVEL time name: message</c>.</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(LevelName(logEntry.LogLevel));
        textWriter.Write(' ');
        textWriter.Write(time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff"));
        textWriter.Write(' ');
        textWriter.Write(OneLine(logEntry.Category));
        textWriter.Write(": ");
        textWriter.Write(OneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } error)
            textWriter.Write(OneLine($" ({error.GetType().Name}: {error.Message})"));
        textWriter.Write('\n');
    }

    /// <summary>Text from the network must not write lines of its own into the log.</summary>
    private static string OneLine(string text) =>
        text.Any(EndsLine) ? string.Concat(text.Select(c => EndsLine(c) ? ' ' : c)) : text;

    /// <summary>U+2028 and U+2029 are no control characters, and line ends to many programs that read logs.</summary>
    private static bool EndsLine(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        _ => "ERROR",
    };
}
