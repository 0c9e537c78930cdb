using System.Globalization;
using System.Text;

namespace Multivisor.Agent;

internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>
/// Writes <c>LEVEL time name: message</c>, one line each, to stderr, which supervisord keeps. Thread-safe. Standard output is the
/// protocol's and is never written to.
/// </summary>
internal sealed class AgentLog(Stream output, LogLevel minimum, TimeProvider time)
{
    private readonly Lock _lock = new();

    public void Debug(string name, string message) => Write(LogLevel.Debug, name, message);

    public void Info(string name, string message) => Write(LogLevel.Info, name, message);

    public void Warn(string name, string message) => Write(LogLevel.Warn, name, message);

    public void Error(string name, string message) => Write(LogLevel.Error, name, message);

    public bool IsEnabled(LogLevel level) => level >= minimum;

    private void Write(LogLevel level, string name, string message)
    {
        if (!IsEnabled(level))
            return;
        var now = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        // Names and texts come from others: one event stays one line.
        var line = $"{level.ToString().ToUpperInvariant()} {now} {name}: {message}".ReplaceLineEndings("\\n") + "\n";
        var octets = Encoding.UTF8.GetBytes(line);
        lock (_lock)
        {
            try
            {
                output.Write(octets);
                output.Flush();
            }
            catch (IOException)
            {
                // supervisord is gone; the end of standard input says so too.
            }
        }
    }
}
