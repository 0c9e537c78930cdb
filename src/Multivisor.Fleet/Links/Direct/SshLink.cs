using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>The link to a supervisord whose unix socket is on another machine, through the system's <c>ssh</c>.</summary>
internal sealed class SshLink(SupervisorUrl url, CredentialsConfig credentials, FleetOptions options) : ISupervisorLink
{
    private readonly DirectLink _inside = new(url, credentials, null, options);

    public string Address { get; } = url.ToString();

    /// <summary>And the pipes of ssh.</summary>
    public int Descriptors => 7;

    public async Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var tunnel = await SshTunnel.OpenAsync(url, options.Time, cancellationToken);
        try
        {
            return await _inside.ConnectAsync(url with { Scheme = SupervisorUrl.Unix, Path = tunnel.SocketPath }, tunnel, cancellationToken);
        }
        catch (LinkException e)
        {
            // ssh says why the other end of the tunnel is closed, if anybody does; our end only sees it close.
            var said = tunnel.Said;
            await tunnel.DisposeAsync();
            throw said.Length == 0 ? e : new LinkException($"{url}: {said} (is that the path of supervisord's socket, and may this user open it? see docs/troubleshooting.md)", e);
        }
        catch
        {
            await tunnel.DisposeAsync();
            throw;
        }
    }
}
