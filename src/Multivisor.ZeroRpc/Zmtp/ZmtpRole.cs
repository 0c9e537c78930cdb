namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>Which socket type we play, and which ones may sit at the other end (zerorpc.md section 2.3).</summary>
internal sealed record ZmtpRole(string SocketType, IReadOnlyList<string> Peers)
{
    public static ZmtpRole Client { get; } = new("DEALER", ["ROUTER", "REP", "DEALER"]);

    public static ZmtpRole Server { get; } = new("ROUTER", ["DEALER", "REQ", "ROUTER"]);
}
