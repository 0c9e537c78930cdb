using Multivisor.Client;

namespace Multivisor.Cli;

/// <summary>What the program ends with (docs/cli.md).</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Some target failed, or was named and does not exist.</summary>
    public const int SomeFailed = 1;

    public const int WrongUsage = 2;
    public const int NothingMatched = 3;
    public const int NotAllowed = 4;
    public const int Unreachable = 5;
    public const int TimedOut = 6;

    /// <summary>As shells have it for a program that was interrupted.</summary>
    public const int Interrupted = 130;

    public static int Of(MultivisorProblem problem) => problem switch
    {
        MultivisorProblem.NotSignedIn or MultivisorProblem.NotAllowed => NotAllowed,
        MultivisorProblem.NotFound => NothingMatched,
        MultivisorProblem.Unreachable => Unreachable,
        MultivisorProblem.TimedOut => TimedOut,
        _ => SomeFailed,
    };
}

/// <summary>A command ends with this message and this code.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
