using System.Collections.Immutable;
using System.Net;

namespace Multivisor.Server.Http;

/// <summary>Where a request comes from: the other end of the connection, and who stands behind it when that is a trusted proxy.</summary>
internal static class ClientAddress
{
    /// <summary>The other end of the connection, whatever any header says.</summary>
    public static IPAddress? PeerOf(HttpContext context) => context.Features.Get<Peer>()?.Address ?? context.Connection.RemoteIpAddress;

    /// <summary>For people and logs.</summary>
    public static string TextOf(HttpContext context) => Plain(context.Connection.RemoteIpAddress)?.ToString() ?? "unknown";

    public static void Remember(HttpContext context) => context.Features.Set(new Peer(context.Connection.RemoteIpAddress));

    public static bool Trust(this ImmutableArray<IPNetwork> proxies, IPAddress? address) =>
        Plain(address) is { } plain && proxies.Any(network => network.Contains(plain));

    /// <summary>A socket for both families shows IPv4 addresses as IPv6.</summary>
    public static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private sealed record Peer(IPAddress? Address);
}
