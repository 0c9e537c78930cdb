using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>The link to an agent, ours or the original's, over zerorpc.</summary>
internal sealed class AgentLink(string host, int port, ZeroRpcOptions options, ClientSecurity? security = null) : ISupervisorLink
{
    public string Address { get; } = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";

    public async Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        ZeroRpcClient client;
        try
        {
            client = await ZeroRpcClient.ConnectAsync(host, port, options, security, cancellationToken);
        }
        catch (RefusedException e)
        {
            throw new LinkException($"{e.Message} (see docs/troubleshooting.md)", e);
        }
        catch (LostRemoteException e)
        {
            throw new LinkException($"{e.Message} (is multivisor-rpc running there? see docs/troubleshooting.md)", e);
        }

        var connection = new AgentConnection(client, Address);
        try
        {
            await connection.SubscribeAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
