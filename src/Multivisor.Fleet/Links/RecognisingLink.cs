using Microsoft.Extensions.Logging;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links;

/// <summary>
/// For a <c>url = host:port</c> that does not say what is there: usually an agent, but often enough somebody has written supervisord's own
/// port (9001). What answers is used.
/// </summary>
/// <param name="expectsDirect">The port is supervisord's usual one, so it is asked first.</param>
internal sealed partial class RecognisingLink(ISupervisorLink agent, ISupervisorLink direct, bool expectsDirect, TimeProvider time, ILogger logger) : ISupervisorLink
{
    /// <summary>supervisord answers at once or is something else; a silent host must not cost twice its time.</summary>
    private static readonly TimeSpan DirectLimit = TimeSpan.FromSeconds(3);

    private bool _isDirect = expectsDirect;
    private bool _isNoticed;

    public string Address => agent.Address;

    public int Descriptors => _isDirect ? direct.Descriptors : agent.Descriptors;

    public async Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_isDirect)
        {
            try
            {
                return await ConnectDirectAsync(cancellationToken);
            }
            catch (LinkException e) when (!IsSupervisord(e))
            {
                // Nobody, or an agent after all.
                _isDirect = false;
            }
        }

        try
        {
            return await agent.ConnectAsync(cancellationToken);
        }
        catch (LinkException e) when (SomethingElseAnswers(e))
        {
            try
            {
                return await ConnectDirectAsync(cancellationToken);
            }
            catch (LinkException other) when (!IsSupervisord(other))
            {
                throw e;
            }
        }
    }

    private async Task<ISupervisorConnection> ConnectDirectAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(DirectLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var connection = await direct.ConnectAsync(either.Token);
            _isDirect = true;
            if (!_isNoticed)
                LogDirect(Address);
            _isNoticed = true;
            return connection;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkException($"no answer from {Address} within {DirectLimit.TotalSeconds:0} s", e);
        }
    }

    /// <summary>It is supervisord, though it does not let us in.</summary>
    private static bool IsSupervisord(LinkException error) => error.InnerException is SupervisordHttpException { Status: 401 };

    /// <summary>There is a listener that does not speak zerorpc, or says nothing.</summary>
    private static bool SomethingElseAnswers(LinkException error) =>
        error.InnerException is LostRemoteException { InnerException: not System.Net.Sockets.SocketException };

    [LoggerMessage(10, LogLevel.Information, "at {Address} supervisord itself answers, not an agent: it is used directly (write url = http://{Address} to say so)")]
    private partial void LogDirect(string address);
}
