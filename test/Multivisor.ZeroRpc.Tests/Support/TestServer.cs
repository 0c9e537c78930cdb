using System.Net;
using System.Runtime.CompilerServices;

namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>A server of ours on a free loopback port with methods that tests need.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TaskCompletionSource _hangEntered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hangCancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _streamDisposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private int _pulled;

    public TestServer(ZeroRpcOptions? options = null)
    {
        var service = new ZeroRpcService("Tests");
        service.Add("add", Add, "Adds two integers.");
        service.Add("echo", (arguments, _) => ValueTask.FromResult(RpcValue.Array([.. arguments])));
        service.Add("fault", FaultAsync);
        service.Add("crash", CrashAsync);
        service.Add("blob", (arguments, _) => ValueTask.FromResult(RpcValue.Binary(new byte[Number(arguments, 0)])));
        service.Add("hang", HangAsync);
        service.Add("count", CountAsync);
        service.Add("fail_after", FailAfterAsync);
        Server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), service, options);
    }

    public ZeroRpcServer Server { get; }

    public int Port => Server.LocalEndPoint.Port;

    /// <summary>How often add ran.</summary>
    public int Calls => _calls;

    /// <summary>How many items were pulled from count.</summary>
    public int Pulled => Volatile.Read(ref _pulled);

    public Task HangEntered => _hangEntered.Task;

    public Task HangCancelled => _hangCancelled.Task;

    public Task StreamDisposed => _streamDisposed.Task;

    public Task<ZeroRpcClient> ConnectAsync(ZeroRpcOptions? options = null) =>
        ZeroRpcClient.ConnectAsync("127.0.0.1", Port, options);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static long Number(IReadOnlyList<RpcValue> arguments, int index) =>
        arguments[index].TryGetInt64(out var number) ? number : throw new InvalidOperationException("an integer is expected");

    private static ValueTask<RpcValue> FaultAsync(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken) =>
        throw new RemoteException("Fault", "<Fault 10: 'BAD_NAME: zz'>");

    private static ValueTask<RpcValue> CrashAsync(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken) =>
        throw new FormatException("what went wrong");

    private ValueTask<RpcValue> Add(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        return ValueTask.FromResult<RpcValue>(Number(arguments, 0) + Number(arguments, 1));
    }

    private async ValueTask<RpcValue> HangAsync(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        _hangEntered.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _hangCancelled.TrySetResult();
            throw;
        }

        return default;
    }

    private async IAsyncEnumerable<RpcValue> CountAsync(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0L; i < Number(arguments, 0); i++)
            {
                Interlocked.Increment(ref _pulled);
                yield return arguments.Count > 1 ? RpcValue.Binary(new byte[Number(arguments, 1)]) : i;
                await Task.Yield();
            }
        }
        finally
        {
            _streamDisposed.TrySetResult();
        }
    }

    private static async IAsyncEnumerable<RpcValue> FailAfterAsync(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0L; i < Number(arguments, 0); i++)
            yield return i;
        await Task.Yield();
        throw new RemoteException("Fault", "no more");
    }
}
