using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>Those who read a supervisor's events. Items reach each of them in the order of <see cref="Publish"/>.</summary>
/// <param name="delay">How long the next item is on its way.</param>
internal sealed class EventStreams(Func<TimeSpan> delay)
{
    /// <summary>As an agent of ours keeps for a subscriber that does not read.</summary>
    private const int Capacity = 10_000;

    private ImmutableArray<Channel<Item>> _readers = [];

    public int Count => _readers.Length;

    public void Publish(RpcValue value)
    {
        if (_readers.IsEmpty)
            return;
        var wait = delay();
        var item = new Item(value, wait == TimeSpan.Zero ? 0 : Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency));
        foreach (var reader in _readers)
        {
            if (!reader.Writer.TryWrite(item))
                reader.Writer.TryComplete(new RemoteException("OverflowError", $"event_stream: more than {Capacity} events are waiting"));
        }
    }

    public async IAsyncEnumerable<RpcValue> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = Channel.CreateBounded<Item>(new BoundedChannelOptions(Capacity) { SingleReader = true });
        ImmutableInterlocked.Update(ref _readers, static (all, mine) => all.Add(mine), items);
        try
        {
            yield return WireShapes.FirstItem;
            await foreach (var item in items.Reader.ReadAllAsync(cancellationToken))
            {
                var left = item.Due == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), item.Due);
                if (left > TimeSpan.Zero)
                    await Task.Delay(left, cancellationToken);
                yield return item.Value;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _readers, static (all, mine) => all.Remove(mine), items);
        }
    }

    private readonly record struct Item(RpcValue Value, long Due);
}
