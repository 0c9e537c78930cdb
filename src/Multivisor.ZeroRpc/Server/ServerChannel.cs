using System.Diagnostics.CodeAnalysis;
using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Server;

/// <summary>The server's side of one call or stream: it runs the method and sends what comes of it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither the token source nor the semaphore holds a handle, and a late event may still touch them.")]
internal sealed class ServerChannel(RpcConnection connection, EventId id, ZeroRpcService.Entry method) : Channel(id)
{
    /// <summary>Credit kept at most: a peer may grant what it likes, the send queue bounds what is made of it.</summary>
    private const int MaxCredit = 1_000_000;

    private readonly CancellationTokenSource _lost = new();

    /// <summary>Data events that may still be sent; one from the start (zerorpc.md section 6). A plain call needs no more.</summary>
    private readonly SemaphoreSlim? _credit = method.Stream is null ? null : new SemaphoreSlim(1);

    private bool _ended;

    /// <summary>Runs the method to its end; never throws. The channel is in its connection's table before.</summary>
    public async Task RunAsync(RpcValue args)
    {
        try
        {
            if (method.Call is { } call)
                await EndAsync(EventNames.Ok, RpcValue.Array(await call(args.Items, _lost.Token)));
            else
                await StreamAsync(args.Items);
        }
        catch (Exception e)
        {
            // Whatever a method throws is its caller's to know, without the stack.
            await FailAsync(e);
        }
        finally
        {
            connection.Channels.Remove(this);
        }
    }

    public override bool OnEvent(RpcEvent received, long length)
    {
        if (_credit is not null
            && received.Name == EventNames.More
            && received.Args.Items is [var granted, ..]
            && granted.TryGetInt64(out var credit)
            && credit > 0)
        {
            var room = MaxCredit - _credit.CurrentCount;
            if (room > 0)
                _credit.Release((int)Math.Min(room, credit));
        }

        return false;
    }

    /// <remarks>On the thread pool: what a method has registered on its token must not run in a reading loop or a timer.</remarks>
    public override void OnLost(LostRemoteException reason) => _ = _lost.CancelAsync();

    private async Task StreamAsync(IReadOnlyList<RpcValue> arguments)
    {
        await using var items = method.Stream!(arguments, _lost.Token).GetAsyncEnumerator(_lost.Token);
        while (true)
        {
            // Nothing is pulled that could not be sent; the credit also covers the STREAM_DONE or ERR that may come instead.
            await _credit!.WaitAsync(_lost.Token);
            if (!await items.MoveNextAsync())
                break;
            await connection.Sending.SendAsync(connection.Event(Id, EventNames.Stream, items.Current), _lost.Token);
        }

        await EndAsync(EventNames.StreamDone, RpcValue.Nil);
    }

    private async Task FailAsync(Exception failure)
    {
        // No ERR to a caller that is lost (section 5), nor after the last event.
        if (_ended || _lost.IsCancellationRequested)
            return;
        try
        {
            await EndAsync(EventNames.Error, Errors.Describe(failure));
        }
        catch (Exception)
        {
            // Lost meanwhile: there is nobody to tell.
        }
    }

    private Task EndAsync(string name, in RpcValue args)
    {
        var last = connection.Event(Id, name, args);
        _ended = true;
        return connection.Sending.SendAsync(last, _lost.Token);
    }
}
