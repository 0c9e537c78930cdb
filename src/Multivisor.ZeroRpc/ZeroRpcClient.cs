using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Client;
using Multivisor.ZeroRpc.Security;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc;

/// <summary>
/// One connection to one zerorpc server (DEALER role). It never reconnects: when the connection is gone every call and
/// stream fails with <see cref="LostRemoteException"/>, and its owner makes a new client. So no request is ever replayed.
/// </summary>
/// <remarks>Thread-safe; any number of calls and streams may run at a time. An idle client holds one descriptor, no timer and no buffer.</remarks>
public sealed class ZeroRpcClient : IAsyncDisposable
{
    private readonly RpcConnection _connection;
    private readonly ZeroRpcOptions _options;
    private readonly Task _reading;

    private ZeroRpcClient(RpcConnection connection, ZeroRpcOptions options)
    {
        _connection = connection;
        _options = options;
        _reading = connection.RunAsync();
    }

    /// <summary>Completes, never faults, when the connection is gone for whatever reason.</summary>
    public Task Closed => _connection.Closed;

    /// <summary>Calls and streams that are open now.</summary>
    public int ChannelCount => _connection.Channels.Count;

    /// <summary>Connects and completes the ZMTP handshake, within <see cref="ZeroRpcOptions.ConnectTimeout"/>.</summary>
    /// <param name="host">A name or an address, IPv4 or IPv6; the addresses of a name are tried in turn.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LostRemoteException">Refused, unresolvable, timed out, or not a ZMTP peer; the message tells which.</exception>
    /// <exception cref="RefusedException">The server refuses us.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Task<ZeroRpcClient> ConnectAsync(string host, int port, ZeroRpcOptions? options = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(host, port, options, null, cancellationToken);

    /// <summary>Like the other, inside TLS: with <paramref name="security"/> nothing is said to a server that is not the right one.</summary>
    /// <param name="security">Null connects without protection.</param>
    /// <exception cref="RefusedException">One of both ends does not accept the other; the message tells why.</exception>
    /// <inheritdoc cref="ConnectAsync(string, int, ZeroRpcOptions?, CancellationToken)"/>
    public static async Task<ZeroRpcClient> ConnectAsync(
        string host, int port, ZeroRpcOptions? options, ClientSecurity? security, CancellationToken cancellationToken = default)
    {
        options ??= new ZeroRpcOptions();
        options.Validate();
        var remote = Endpoints.Format(host, port);
        using var limit = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var socket = await Dialer.ConnectAsync(host, port, options, either.Token);
            Stream stream = security is null
                ? new NetworkStream(socket, ownsSocket: true)
                : await ClientTls.SecureAsync(socket, host, remote, security, options.Time, either.Token);
            var zmtp = await ZmtpConnection.OpenAsync(stream, ZmtpRole.Client, options, either.Token);
            var client = new ZeroRpcClient(new RpcConnection(zmtp, options, remote, null), options);
            return security?.TokenFile is { } tokenFile ? await client.AuthenticateAsync(tokenFile, remote, either.Token) : client;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LostRemoteException($"no answer from {remote} within {options.ConnectTimeout.TotalSeconds:0.###} s", e);
        }
        catch (ProtocolException e) when (e.Refusal is not null)
        {
            throw new RefusedException($"{remote} refuses us: {e.Refusal}", e);
        }
        catch (ProtocolException e)
        {
            throw new LostRemoteException($"{remote} does not speak zerorpc ({e.Message})", e);
        }
        catch (IOException e)
        {
            throw new LostRemoteException($"{remote} does not speak zerorpc (it breaks the connection during the handshake)", e);
        }
    }

    /// <summary>Calls a method and waits for its one answer. A request that is given up before it was written is never written.</summary>
    /// <param name="method">The remote method's name.</param>
    /// <param name="arguments">Positional arguments.</param>
    /// <param name="timeout">How long to wait for the answer; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the heartbeats.</param>
    /// <param name="cancellationToken">Gives the call up; the remote is not told (zerorpc has no cancel event) and may still run it.</param>
    /// <exception cref="RemoteException">The remote answered with an error.</exception>
    /// <exception cref="LostRemoteException">The connection or the remote was lost before the answer.</exception>
    /// <exception cref="TimeoutException">No answer within <paramref name="timeout"/> (default <see cref="ZeroRpcOptions.CallTimeout"/>).</exception>
    /// <exception cref="InvalidOperationException">The arguments are over the limits of size or depth.</exception>
    public async Task<RpcValue> CallAsync(string method, IReadOnlyList<RpcValue> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var limit = timeout ?? _options.CallTimeout;
        var channel = new CallChannel(_connection.NextId(), method);
        var request = _connection.Request(channel.Id, method, RpcValue.Array([.. arguments]));
        _connection.Channels.TryAdd(channel);
        try
        {
            _connection.Sending.Post(request);
            return await channel.Answer.WaitAsync(limit, _options.Time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw Expired(method, limit, e);
        }
        finally
        {
            _connection.Channels.Remove(channel);
            _connection.Sending.Withdraw(request);
        }
    }

    /// <summary>Opens a stream at the first MoveNext; the timeout holds for the first item only, heartbeats afterwards.</summary>
    /// <remarks>
    /// Leaving the enumeration ends the stream here at once; the remote notices after two to three heartbeat periods.
    /// A consumer that lets more than 200 items wait, or more octets than <see cref="ZeroRpcOptions.MaxFrameLength"/>, because
    /// the remote sends more than it was granted, gets <see cref="LostRemoteException"/>.
    /// </remarks>
    /// <exception cref="RemoteException">The remote ended the stream with an error, or the method does not stream.</exception>
    /// <exception cref="LostRemoteException">The connection or the remote was lost; items that came before are handed out first.</exception>
    /// <exception cref="TimeoutException">No first item within <see cref="ZeroRpcOptions.CallTimeout"/>.</exception>
    public async IAsyncEnumerable<RpcValue> StreamAsync(string method, IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stream = OpenStream(method, arguments, cancellationToken);
        var more = await FirstAsync(stream, method, cancellationToken);
        while (more && stream.TryTake(out var item))
        {
            yield return item;
            // Only now is the item consumed: the caller has come back for the next one.
            more = await stream.WaitAsync();
        }
    }

    /// <summary>Opens a stream now. Nothing limits the wait for its first item but the heartbeats.</summary>
    /// <param name="cancellationToken">Ends waits of the reader, also later on.</param>
    /// <exception cref="LostRemoteException">The connection is lost already.</exception>
    /// <exception cref="InvalidOperationException">The arguments are over the limits of size or depth.</exception>
    public RpcStream OpenStream(string method, IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new RpcStream(_connection, method, arguments, _options, cancellationToken);
    }

    /// <summary>Closes the connection at once; what is open fails with <see cref="LostRemoteException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _connection.Close("the client was closed", null);
        await _reading;
    }

    /// <summary>Says the token; disposes the client when that is not accepted.</summary>
    private async Task<ZeroRpcClient> AuthenticateAsync(string tokenFile, string remote, CancellationToken cancellationToken)
    {
        try
        {
            var token = PemFiles.Token(PemFiles.ReadText(tokenFile, "the token"), tokenFile);
            await CallAsync(ConnectionGate.Method, [token], Timeout.InfiniteTimeSpan, cancellationToken);
            return this;
        }
        catch (Exception e)
        {
            await DisposeAsync();
            throw e switch
            {
                SecurityFileException => new RefusedException(e.Message, e),
                // An agent that knows no tokens, but proved by its certificate to be the right one.
                RemoteException { Name: "NameError" } => new RefusedException($"{remote} knows no tokens: remove token_file, or use a newer agent there", e),
                RemoteException => new RefusedException($"{remote} refuses us: {PeerText.Clean(e.Message, 300)}", e),
                _ => e,
            };
        }
    }

    private async Task<bool> FirstAsync(RpcStream stream, string method, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.WaitAsync().AsTask().WaitAsync(_options.CallTimeout, _options.Time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw Expired(method, _options.CallTimeout, e);
        }
    }

    /// <remarks>python's own words (zerorpc.md section 7).</remarks>
    private static TimeoutException Expired(string method, TimeSpan limit, Exception inner) =>
        new($"timeout after {limit.TotalSeconds:0.###}s, when calling remote method {method}", inner);
}
