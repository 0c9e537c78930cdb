using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Security;
using Multivisor.ZeroRpc.Server;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc;

/// <summary>Serves one <see cref="ZeroRpcService"/> to any number of clients (ROUTER role).</summary>
/// <remarks>Thread-safe. Methods run on the thread pool, several at a time, also those of one client.</remarks>
public sealed class ZeroRpcServer : IAsyncDisposable
{
    /// <summary>How long the end of the server waits for methods that do not heed their cancellation.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    /// <summary>Pause after a failed accept (out of descriptors, as a rule): a tight loop would help nobody.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener;
    private readonly ZeroRpcOptions _options;
    private readonly RequestHandler _handler;
    private readonly ServerSecurity? _security;
    private readonly Action<IPEndPoint, string>? _onRefused;
    private readonly RunningWork _running = new();
    private readonly ConcurrentDictionary<Socket, RpcConnection?> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _disposed;

    private ZeroRpcServer(
        Socket listener, ZeroRpcService service, ZeroRpcOptions options, ServerSecurity? security, Action<IPEndPoint, string>? onRefused)
    {
        _security = security;
        _onRefused = onRefused;
        _listener = listener;
        _options = options;
        _handler = new RequestHandler(new MethodTable(service), options, _running);
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens; tells the port when 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Connections that are open, those included that still shake hands.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Calls and streams that are open, over all connections.</summary>
    public int ChannelCount => _connections.Values.Sum(connection => connection?.Channels.Count ?? 0);

    /// <summary>Binds and starts to accept. <see cref="IPAddress.IPv6Any"/> takes IPv4 too.</summary>
    /// <param name="endPoint">Where to listen; port 0 takes a free one.</param>
    /// <param name="service">What to serve; methods added later are not seen (<see cref="Serve"/>).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="security">What is asked of clients; null serves everybody, without TLS.</param>
    /// <param name="onRefused">Told who did not get in and why, in words that complete "refused HOST:PORT: "; from any thread.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ZeroRpcServer Start(
        IPEndPoint endPoint,
        ZeroRpcService service,
        ZeroRpcOptions? options = null,
        ServerSecurity? security = null,
        Action<IPEndPoint, string>? onRefused = null)
    {
        options ??= new ZeroRpcOptions();
        options.Validate();
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(endPoint);
            listener.Listen(512);
            return new ZeroRpcServer(listener, service, options, security, onRefused);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Serves another service from the next request on. Connections stay, and calls that run are not touched.</summary>
    public void Serve(ZeroRpcService service) => _handler.Serve(new MethodTable(service));

    /// <summary>Stops to accept, closes all connections, cancels what runs and waits for it, at most 5 s.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        // In this order: the accepting loop takes an end for an error unless it knows that we stop.
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _connections.Values)
            connection?.Close("the server stops", null);

        try
        {
            await _running.StopAsync().WaitAsync(StopLimit, _options.Time);
        }
        catch (TimeoutException)
        {
            // A method that does not heed its cancellation is left behind; its answer has nowhere to go.
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                if (_connections.Count >= _options.MaxConnections || !_connections.TryAdd(socket, null))
                    socket.Dispose();
                else
                    _running.Run(() => ServeAsync(socket));
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(AcceptPause, _options.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var remote = new IPEndPoint(IPAddress.None, 0);
        try
        {
            remote = (IPEndPoint)socket.RemoteEndPoint!;
            Endpoints.Prepare(socket);
            var zmtp = await ShakeHandsAsync(socket);
            var gate = _security is null ? null : new ConnectionGate(_security, _handler, why => _onRefused?.Invoke(remote, why));
            var connection = new RpcConnection(zmtp, _options, remote.ToString(), gate is null ? _handler.OnRequestAsync : gate.OnRequestAsync);
            _connections[socket] = connection;
            if (_stopping.IsCancellationRequested)
                connection.Close("the server stops", null);
            if (gate is { IsOpen: false })
                await RunBehindAsync(gate, connection);
            else
                await connection.RunAsync();
        }
        catch (ProtocolException e)
        {
            _onRefused?.Invoke(remote, e.Message);
        }
        catch (Exception)
        {
            // Gone before the end of the handshake: nothing to tell anybody.
        }
        finally
        {
            socket.Dispose();
            _connections.TryRemove(socket, out _);
        }
    }

    /// <summary>A client that keeps its token to itself does not keep its connection.</summary>
    private async Task RunBehindAsync(ConnectionGate gate, RpcConnection connection)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        await using var registration = limit.Token.UnsafeRegister(
            _ =>
            {
                if (!gate.IsOpen)
                    connection.Close("no token came", null);
            },
            null);
        await connection.RunAsync();
    }

    private async Task<ZmtpConnection> ShakeHandsAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        Stream stream = _security is null
            ? new NetworkStream(socket, ownsSocket: true)
            : await ServerTls.SecureAsync(socket, _security, _options.Time, either.Token);
        return await ZmtpConnection.OpenAsync(stream, ZmtpRole.Server, _options, either.Token);
    }
}
