namespace Multivisor.Client;

/// <summary>What kind of thing went wrong.</summary>
public enum MultivisorProblem
{
    /// <summary>There is no connection to the server, or it broke, or what answers is no Multivisor.</summary>
    Unreachable,

    /// <summary>The server wants a sign-in or a token first, or does not know those it got.</summary>
    NotSignedIn,

    /// <summary>Whoever asks may not do that.</summary>
    NotAllowed,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>The server does not do it: the request was wrong, or something stands against it.</summary>
    Refused,

    /// <summary>No answer within the limit.</summary>
    TimedOut,
}

/// <summary>A request to the server failed. The message is one line for a person: what happened, where, and what to do.</summary>
public sealed class MultivisorException : Exception
{
    public MultivisorException(MultivisorProblem problem, string message, Exception? cause = null)
        : base(message, cause) => Problem = problem;

    public MultivisorProblem Problem { get; }

    /// <summary>Further lines of the server's answer, for example one for each mistake in a configuration.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
