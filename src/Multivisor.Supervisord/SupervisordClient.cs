using System.Net.Sockets;
using Multivisor.Supervisord.Http;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

/// <summary>
/// Calls one supervisord over one kept-alive connection (supervisor.md sections 3 and 4).
/// </summary>
/// <remarks>
/// Safe for concurrent callers: one request is in flight, the others queue in order of arrival. A call that waits (stopProcess)
/// therefore holds up the others; who needs both makes two clients. It connects when it must and reconnects by itself.
/// Every method throws what <see cref="CallAsync"/> throws.
/// </remarks>
public sealed partial class SupervisordClient : IAsyncDisposable
{
    private readonly SupervisordClientOptions _options;
    private readonly CallGate _gate;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _closing;
    private HttpConnection? _connection;

    public SupervisordClient(SupervisordUrl url, SupervisordClientOptions? options = null)
    {
        Url = url;
        _closing = _disposed.Token;
        _options = options ?? new SupervisordClientOptions();
        _gate = new CallGate(1, _options.MaxWaiting, _options.QueueTimeout, _options.Time);
    }

    public SupervisordUrl Url { get; }

    /// <summary>Calls any method by its full name, for example <c>supervisor.getState</c>.</summary>
    /// <exception cref="SupervisordFaultException">supervisord ran or refused it and answered with a fault.</exception>
    /// <exception cref="SupervisordHttpException">An HTTP status other than 200.</exception>
    /// <exception cref="SupervisordProtocolException">The answer is not XML-RPC, or exceeds a limit.</exception>
    /// <exception cref="SupervisordUnreachableException">No connection, connection lost, no answer in time, or too many callers.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before or during the call.</exception>
    /// <exception cref="OperationCanceledException">Cancelled by the caller; a mutation may still be carried out.</exception>
    public async Task<XmlRpcValue> CallAsync(string method, IReadOnlyList<XmlRpcValue> arguments, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        var body = XmlRpcWriter.Call(method, arguments);
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(_closing, cancellationToken);
        try
        {
            await _gate.EnterAsync($"{method} on {Url}", alive.Token);
            try
            {
                return await ExchangeAsync(method, body, alive.Token);
            }
            finally
            {
                _gate.Leave();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(SupervisordClient), $"{method} on {Url}: the client was closed during the call");
        }
    }

    /// <summary>Ends waiting calls with <see cref="ObjectDisposedException"/> and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested)
            return;
        await _disposed.CancelAsync();

        // Whoever is inside leaves at once now; then nobody uses the connection any more.
        await _gate.EnterLastAsync();
        Drop();
        _gate.Dispose();
        _disposed.Dispose();
    }

    private async Task<XmlRpcValue> ExchangeAsync(string method, byte[] body, CancellationToken cancellationToken)
    {
        var limit = SupervisordMethod.MayWait(method) ? _options.WaitTimeout : _options.CallTimeout;
        for (var mayRepeat = SupervisordMethod.IsRead(method); ; mayRepeat = false)
        {
            if (_connection?.IsStale() == true)
                Drop();
            var connection = _connection ??= await ConnectAsync(cancellationToken);
            var completed = false;
            using var deadline = new CancellationTokenSource(limit, _options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            using var buffer = new HttpBuffer(connection.ReceiveAsync);
            try
            {
                await connection.SendAsync(body, either.Token);
                var head = await buffer.ReadHeadAsync(either.Token);
                if (head.Status != 200)
                    throw HttpError(head);
                var answer = await buffer.ReadBodyAsync(head, _options.MaxResponseLength, either.Token);
                completed = !head.Close && (head.Chunked || head.ContentLength is not null) && !buffer.HasLeftover;
                return Result(answer.Span);
            }
            catch (Exception lost) when (lost is SocketException or IOException && mayRepeat && buffer.ReceivedNothing && connection.Completed > 0)
            {
                // The connection died while idle, between the look at it and the write. Only a read is sent again.
            }
            catch (Exception lost) when (lost is SocketException or IOException)
            {
                throw new SupervisordUnreachableException(
                    $"{method}: the connection to supervisord at {Url} was lost before the answer ({lost.Message}); is it restarting?", lost);
            }
            catch (FormatException malformed)
            {
                throw new SupervisordProtocolException(
                    $"{method}: what answers at {Url} does not speak supervisord's XML-RPC ({malformed.Message}); check address and port", malformed);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new SupervisordUnreachableException($"{method}: supervisord at {Url} did not answer within {limit.TotalSeconds:0.#} s");
            }
            finally
            {
                // A fault completes an exchange too; anything unfinished leaves a connection that nobody can use again.
                if (completed)
                    connection.MarkCompleted();
                else
                    Drop();
            }
        }
    }

    private XmlRpcValue Result(ReadOnlySpan<byte> xml)
    {
        var (value, isFault) = XmlRpcReader.ReadResponse(xml, _options.MaxDepth, _options.MaxValues);
        if (!isFault)
            return value;
        throw value.TryReadFault() ?? throw new FormatException("a fault without faultCode and faultString");
    }

    private async Task<HttpConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await HttpConnection.OpenAsync(Url, _options, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SupervisordUnreachableException($"cannot connect to supervisord at {Url}: no answer within {_options.ConnectTimeout.TotalSeconds:0.#} s{(Url.IsSecure ? "; does that port speak TLS?" : "")}");
        }
        catch (Exception error) when (error is SocketException or IOException or ArgumentException)
        {
            // ArgumentException: the path is longer than a unix socket's address may be.
            throw new SupervisordUnreachableException($"cannot connect to supervisord at {Url}: {error.Message}; {Advice(error)}", error);
        }
    }

    private string Advice(Exception error) => error switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "this user may not open the socket: see chmod= and chown= in [unix_http_server]",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "check the host name",
        _ => Url.IsUnix
            ? "is supervisord running, and does file= in [unix_http_server] name this path?"
            : "is supervisord running, and does port= in [inet_http_server] name this address?",
    };

    private SupervisordHttpException HttpError(HttpHead head)
    {
        var advice = head.Status switch
        {
            401 => Url.UserName is null && Url.Password is null
                ? "it wants a user name and password, and none are set"
                : "it refuses this user name and password",
            404 or 400 or 411 => "is this supervisord's HTTP port, and is [rpcinterface:supervisor] configured?",
            500 => "the method failed inside supervisord: a wrong type of argument, or log text that is not UTF-8; its own log has the reason",
            _ => "see the log of supervisord, or of the proxy in front of it",
        };
        return new SupervisordHttpException(head.Status, head.Reason, $"supervisord at {Url} answered {head.Status} {head.Reason}: {advice}");
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
