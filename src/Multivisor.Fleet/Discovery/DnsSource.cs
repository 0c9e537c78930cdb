using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Discovery;

/// <summary>A name of DNS that leads to several hosts: each of its addresses is a supervisor.</summary>
internal sealed class DnsSource(DiscoveryConfig discovery) : IHostSource
{
    private const int MaxAddresses = 4096;

    private static readonly TimeSpan NameLimit = TimeSpan.FromSeconds(2);

    private readonly string _name = discovery.Dns ?? throw new ArgumentException("no name", nameof(discovery));
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private string[] _last = [];

    public async Task<ImmutableArray<SupervisorConfig>?> LookAsync(CancellationToken cancellationToken)
    {
        string[] addresses;
        try
        {
            addresses = [.. (await Dns.GetHostAddressesAsync(_name, cancellationToken)).Select(address => address.ToString()).Distinct().Order(StringComparer.Ordinal).Take(MaxAddresses)];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new DiscoveryException($"{_name} cannot be resolved ({e.Message.TrimEnd('.')}); what it led to last still holds", e);
        }

        if (addresses.AsSpan().SequenceEqual(_last))
            return null;
        var names = await Task.WhenAll(addresses.Select(address => NameAsync(address, cancellationToken)));
        _names.Clear();
        for (var i = 0; i < addresses.Length; i++)
            _names[addresses[i]] = names[i];
        // Two addresses of one host, or two hosts of one name: then only the address tells them apart.
        var found = addresses
            .Select(address => Of(names.Count(name => name == _names[address]) == 1 ? _names[address] : AsName(address), address))
            .ToImmutableArray();
        _last = addresses;
        return found;
    }

    /// <summary>The name that DNS has for an address, if it has one in time.</summary>
    private async Task<string> NameAsync(string address, CancellationToken cancellationToken)
    {
        if (_names.TryGetValue(address, out var known))
            return known;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(NameLimit);
            var entry = await Dns.GetHostEntryAsync(address, limit.Token);
            return SupervisorSectionReader.CheckName(entry.HostName) is null && !IPAddress.TryParse(entry.HostName, out _) ? entry.HostName : AsName(address);
        }
        catch (Exception e) when (e is SocketException or ArgumentException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return AsName(address);
        }
    }

    private SupervisorConfig Of(string name, string address)
    {
        var template = discovery.Template;
        var url = new SupervisorUrl(template.Scheme, address, template.Port, $"{template.Scheme}://{HostPort.Join(address, template.Port)}");
        return new SupervisorConfig(name, url.Raw, url, 0) { Labels = template.Labels, Credentials = template.Credentials, Tls = template.Tls };
    }

    /// <summary>A colon separates the parts of a uid.</summary>
    private static string AsName(string address) => address.Replace(':', '-');
}
