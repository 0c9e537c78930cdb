using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Multivisor.Agent;

/// <summary>The address of <c>--bind</c>, in the forms that the original takes.</summary>
/// <param name="Host">A name or an address; empty, <c>0</c> and <c>*</c> are every address of IPv4.</param>
internal sealed record BindAddress(string Host, int Port)
{
    public const int DefaultPort = 9002;

    private bool IsEverywhere => Host is "" or "*" or "0";

    /// <param name="text"><c>host:port</c>, <c>:port</c>, <c>host</c> or <c>tcp://…</c>; IPv6 in brackets.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out BindAddress? address)
    {
        address = null;
        const string Scheme = "tcp://";
        text = text.Trim();
        if (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            text = text[Scheme.Length..];
        var bracket = text.StartsWith('[') ? text.IndexOf(']') : -1;
        if (text.StartsWith('[') && bracket < 0)
            return false;
        var colon = text.IndexOf(':', bracket + 1);
        if (colon != text.LastIndexOf(':') && colon >= 0)
            return false;
        var host = colon < 0 ? text : text[..colon];
        var port = DefaultPort;
        if (colon >= 0 && !(int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 0 and <= 65535))
            return false;
        if (bracket >= 0)
        {
            if (host.Length != bracket + 1 || !IPAddress.TryParse(host[1..bracket], out _))
                return false;
            host = host[1..bracket];
        }
        else if (host.AsSpan().IndexOfAny(" /[]") >= 0)
        {
            return false;
        }

        address = new BindAddress(host, port);
        return true;
    }

    /// <exception cref="SocketException">The name is not known.</exception>
    public async ValueTask<IPEndPoint> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IsEverywhere)
            return new IPEndPoint(IPAddress.Any, Port);
        if (IPAddress.TryParse(Host, out var address))
            return new IPEndPoint(address, Port);
        // localhost may be ::1 first; the original listens on IPv4, and that is where its servers connect.
        if (Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new IPEndPoint(IPAddress.Loopback, Port);
        var all = await Dns.GetHostAddressesAsync(Host, cancellationToken);
        return new IPEndPoint(Array.Find(all, a => a.AddressFamily == AddressFamily.InterNetwork) ?? all[0], Port);
    }

    public override string ToString() => IsEverywhere ? $"*:{Port}" : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
