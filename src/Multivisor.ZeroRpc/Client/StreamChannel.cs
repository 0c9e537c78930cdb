using System.Threading.Channels;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Client;

/// <summary>The caller's side of a stream: a bounded inbox and the credit granted to the sender (zerorpc.md section 6).</summary>
/// <remarks>The reading loop writes to it, one consumer reads from it, or has each item handed over by the reading loop itself.</remarks>
internal sealed class StreamChannel(EventId id, string method, ZeroRpcOptions options) : Channels.Channel(id)
{
    /// <summary>Items the sender may have under way; python's own window.</summary>
    public const int Window = 100;

    /// <summary>Items kept: the window, and as many again for a sender that does not count exactly.</summary>
    public const int Capacity = 2 * Window;

    private readonly System.Threading.Channels.Channel<(RpcValue Item, long Length)> _inbox =
        System.Threading.Channels.Channel.CreateUnbounded<(RpcValue Item, long Length)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Lock _handing = new();
    private Action<RpcValue>? _taker;
    private Action? _onTaken;
    private bool _started;
    private bool _isUsed;
    private int _granted = 1;
    private int _kept;
    private long _keptOctets;

    /// <summary>Waits for the next item; false when the stream has ended.</summary>
    /// <exception cref="RemoteException">The remote ended it with an error.</exception>
    /// <exception cref="LostRemoteException">The remote is lost, or it sent more than it was allowed to.</exception>
    /// <exception cref="OperationCanceledException">After <see cref="Cancel"/>, when all that had come was taken.</exception>
    /// <remarks>Without a token, for with one each wait would have to be registered with it.</remarks>
    public ValueTask<bool> WaitAsync() => _inbox.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>Ends the wait of the consumer, now and from now on.</summary>
    public void Cancel(CancellationToken reason) => _inbox.Writer.TryComplete(new OperationCanceledException(reason));

    /// <summary>Takes the next item that has come; false when there is none.</summary>
    public bool TryTake(out RpcValue item)
    {
        var isTaken = _inbox.Reader.TryRead(out var next);
        item = next.Item;
        if (!isTaken)
            return false;
        Interlocked.Decrement(ref _kept);
        Interlocked.Add(ref _keptOctets, -next.Length);
        _granted--;
        _isUsed = true;
        return true;
    }

    /// <summary>
    /// From here on each item goes to <paramref name="taker"/>, on the thread that read it, one at a time; what has come already goes first. Completes as
    /// <see cref="WaitAsync"/> ends.
    /// </summary>
    /// <param name="onTaken">Called afterwards, when it may be time to grant more.</param>
    public Task HandTo(Action<RpcValue> taker, Action onTaken)
    {
        lock (_handing)
        {
            while (TryTake(out var item))
                taker(item);
            onTaken();
            (_taker, _onTaken) = (taker, onTaken);
        }

        return _inbox.Reader.Completion;
    }

    /// <summary>Credit to grant before the next item is awaited: python's rule, which is safe for node too. 0 when there is enough.</summary>
    public int Grant()
    {
        // The first item comes by the credit that opening the stream was.
        if (_granted >= Window / 2 || !_isUsed)
            return 0;
        var grant = Window - _granted;
        _granted = Window;
        return grant;
    }

    public override bool OnEvent(RpcEvent received, long length)
    {
        switch (received.Name)
        {
            case EventNames.More:
                return false;
            case EventNames.Stream:
                _started = true;
                return !HandOver(received.Args, length);
            case EventNames.StreamDone:
                _inbox.Writer.TryComplete();
                return true;
            case EventNames.Error:
                _inbox.Writer.TryComplete(Answers.Error(received));
                return true;
            default:
                // Once items have come, an event of another name is noise; before, it tells that this is no stream.
                if (!_started)
                    _inbox.Writer.TryComplete(Answers.Unexpected(method, received));
                return !_started;
        }
    }

    public override void OnLost(LostRemoteException reason) =>
        _inbox.Writer.TryComplete(new LostRemoteException(reason.Message, reason.InnerException));

    private bool HandOver(RpcValue item, long length)
    {
        lock (_handing)
        {
            if (_taker is null)
                return Keep(item, length);
            if (_inbox.Reader.Completion.IsCompleted)
                return false;
            _granted--;
            _isUsed = true;
            _taker(item);
            _onTaken!();
            return true;
        }
    }

    private bool Keep(RpcValue item, long length)
    {
        var kept = Interlocked.Increment(ref _kept);
        var octets = Interlocked.Add(ref _keptOctets, length);
        if (kept <= Capacity && (octets <= options.MaxFrameLength || kept == 1))
            return _inbox.Writer.TryWrite((item, length));

        _inbox.Writer.TryComplete(new LostRemoteException($"{method}: the remote sends more than it was granted ({kept} items of {octets} octets wait)"));
        return false;
    }
}
