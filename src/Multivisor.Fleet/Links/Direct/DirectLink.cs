using Multivisor.Fleet.Configuration;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;
using Multivisor.ZeroRpc.Security;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>The link to supervisord itself, over its own XML-RPC: nothing of ours runs on that host.</summary>
internal sealed class DirectLink(SupervisorUrl url, CredentialsConfig credentials, ClientSecurity? security, FleetOptions options) : ISupervisorLink
{
    public string Address { get; } = url.Scheme == SupervisorUrl.Unix ? url.Path : HostPort.Join(url.Host, url.Port);

    /// <summary>One for reads, one for actions, one for supervisord's log.</summary>
    public int Descriptors => 3;

    public Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken) => ConnectAsync(url, null, cancellationToken);

    /// <summary>The same at another place, to which something leads that lives as long as the connection.</summary>
    internal async Task<ISupervisorConnection> ConnectAsync(SupervisorUrl place, IAsyncDisposable? carrier, CancellationToken cancellationToken)
    {
        var (user, password) = DirectCredentials.Read(credentials, url);
        var text = place.Scheme == SupervisorUrl.Unix ? $"unix://{place.Path}" : $"{place.Scheme}://{HostPort.Join(place.Host, place.Port)}{place.Path}";
        var target = SupervisordUrl.Parse(text).WithCredentials(user, password);
        var connection = new DirectConnection(target, url.ToString(), ClientOptions(), carrier, url.Scheme is SupervisorUrl.Https or SupervisorUrl.Unix or SupervisorUrl.Ssh, options.Time);
        try
        {
            // Proves that it is there, lets us in and is a supervisord, before anybody relies on it.
            await connection.ReadPidAsync(cancellationToken);
            return connection;
        }
        catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.ShutdownState)
        {
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private SupervisordClientOptions ClientOptions() => new()
    {
        ConnectTimeout = options.AnswerLimit,
        CallTimeout = options.AnswerLimit,
        // Nothing that we ask is held back: starts and stops are asked for without waiting.
        WaitTimeout = options.AnswerLimit,
        Time = options.Time,
        SecureStream = url.Scheme != SupervisorUrl.Https ? null : async (stream, to, token) =>
        {
            try
            {
                return await TlsClient.SecureAsync(stream, to.Host, HostPort.Join(to.Host, to.Port), security ?? new ClientSecurity(), options.Time, token);
            }
            catch (RefusedException e)
            {
                throw new LinkException($"{e.Message} (see docs/troubleshooting.md)", e);
            }
        },
    };
}
