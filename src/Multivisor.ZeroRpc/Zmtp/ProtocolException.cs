namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>
/// What a peer sent is malformed or over a limit. In a frame it ends the connection; in an event it only drops that event,
/// as the original does (zerorpc.md section 3). The message completes "HOST:PORT does not speak zerorpc (…)".
/// </summary>
internal sealed class ProtocolException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What a peer said that ended the handshake with an ERROR; null for everything else.</summary>
    public string? Refusal { get; init; }
}
