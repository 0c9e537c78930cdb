using System.Threading.Channels;

namespace Multivisor.Server.Logs;

/// <summary>
/// The order of a merged stream. Each log has one frame on its way and gets its next turn after all others that wait, so that a noisy one
/// does not hide the quiet ones, and a client that takes nothing costs one frame of each log. One reader; any number of writers.
/// </summary>
internal sealed class MergedTurns(int logs)
{
    private readonly Channel<Turn> _waiting = Channel.CreateBounded<Turn>(new BoundedChannelOptions(logs) { SingleReader = true });

    /// <summary>Waits until the frame was taken. To be called by each log for one frame after the other.</summary>
    public async Task TellAsync(byte[] frame, CancellationToken cancellationToken)
    {
        var turn = new Turn(frame, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _waiting.Writer.WriteAsync(turn, cancellationToken);
        await turn.Taken.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Completes when a frame waits.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) => await _waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>The frames that wait now, and none that comes meanwhile.</summary>
    public IEnumerable<byte[]> Take()
    {
        for (var left = _waiting.Reader.Count; left > 0 && _waiting.Reader.TryRead(out var turn); left--)
        {
            yield return turn.Frame;
            turn.Taken.SetResult();
        }
    }

    private sealed record Turn(byte[] Frame, TaskCompletionSource Taken);
}
