namespace Multivisor.ZeroRpc;

/// <summary>The remote side ran the method and answered <c>ERR [name, message, traceback]</c>.</summary>
/// <remarks>A service method throws it to choose exactly what its caller is told.</remarks>
public sealed class RemoteException(string name, string message, string traceback = "") : Exception(message)
{
    /// <summary>The remote's own name of the error, for example <c>Fault</c>, <c>NameError</c>, <c>TypeError</c>.</summary>
    public string Name { get; } = name;

    /// <summary>For logs only; text in the remote's language.</summary>
    public string Traceback { get; } = traceback;
}

/// <summary>The connection broke, or the peer stayed silent for longer than the heartbeat allows (zerorpc.md section 5).</summary>
public sealed class LostRemoteException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One of both ends does not accept the other: certificate, token, or TLS where there is none. The message tells which, and what to do.</summary>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(message, inner);
