namespace Multivisor.Supervisord;

/// <summary>A call to supervisord did not give a result. The derived type tells at which step it went wrong.</summary>
public abstract class SupervisordException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// No connection, a connection lost before the answer, no answer in time, or too many callers waiting.
/// After a mutation the command may or may not have been carried out.
/// </summary>
public sealed class SupervisordUnreachableException(string message, Exception? inner = null) : SupervisordException(message, inner);

/// <summary>supervisord answered with an HTTP status other than 200.</summary>
public sealed class SupervisordHttpException(int status, string reason, string message) : SupervisordException(message)
{
    /// <summary>For example 401 (credentials), 500 (the method failed inside supervisord, section 5.1).</summary>
    public int Status { get; } = status;

    /// <summary>The reason phrase as sent, for example <c>Internal Server Error</c>; may be empty.</summary>
    public string Reason { get; } = reason;
}

/// <summary>What answered does not speak XML-RPC over HTTP as supervisord does, or exceeded a limit.</summary>
public sealed class SupervisordProtocolException(string message, Exception? inner = null) : SupervisordException(message, inner);
