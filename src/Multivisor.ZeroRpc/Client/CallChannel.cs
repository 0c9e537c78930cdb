using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Client;

/// <summary>The caller's side of a call with one answer.</summary>
internal sealed class CallChannel(EventId id, string method) : Channel(id)
{
    private readonly TaskCompletionSource<RpcValue> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RpcValue> Answer => _answer.Task;

    public override bool OnEvent(RpcEvent received, long length)
    {
        switch (received.Name)
        {
            case EventNames.More:
                // The request has spent the only credit that a call needs.
                return false;
            case EventNames.Ok:
                _answer.TrySetResult(Answers.Result(received));
                return true;
            case EventNames.Error:
                _answer.TrySetException(Answers.Error(received));
                return true;
            default:
                _answer.TrySetException(Answers.Unexpected(method, received));
                return true;
        }
    }

    public override void OnLost(LostRemoteException reason) =>
        _answer.TrySetException(new LostRemoteException(reason.Message, reason.InnerException));
}
