namespace Multivisor.Agent;

/// <summary>
/// Why the agent ended. Never 0 while it serves: supervisord does not restart a listener that ends with an expected code, and 0 is one.
/// </summary>
internal static class ExitCode
{
    /// <summary>It did what it was asked for without serving: <c>--init-tls</c>.</summary>
    public const int Done = 0;

    /// <summary>Started in a way that cannot work: wrong arguments, or not by supervisord.</summary>
    public const int Usage = 1;

    /// <summary>The address of <c>--bind</c> cannot be listened on.</summary>
    public const int CannotBind = 2;

    /// <summary>supervisord has closed our standard input.</summary>
    public const int SupervisordGone = 3;

    /// <summary>SIGTERM, as a shell tells it.</summary>
    public const int Terminated = 143;

    /// <summary>SIGINT, as a shell tells it.</summary>
    public const int Interrupted = 130;
}
