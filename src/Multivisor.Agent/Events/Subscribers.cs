using System.Collections.Immutable;
using System.Threading.Channels;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Events;

/// <summary>
/// Those who read the event stream. Each has a bounded queue; one that does not follow is told so and let go: memory of the host is
/// worth more than its backlog. Thread-safe; items reach every subscriber in the order of <see cref="Publish"/>.
/// </summary>
internal sealed class Subscribers(int capacity = Subscribers.DefaultCapacity)
{
    private const int DefaultCapacity = 10_000;
    private ImmutableArray<Subscription> _all = [];

    public bool IsEmpty => _all.IsEmpty;

    public int Count => _all.Length;

    public Subscription Add()
    {
        var subscription = new Subscription(this, capacity);
        ImmutableInterlocked.Update(ref _all, all => all.Add(subscription));
        return subscription;
    }

    public void Publish(RpcValue item)
    {
        foreach (var subscription in _all)
        {
            if (!subscription.Offer(item))
                Remove(subscription);
        }
    }

    private void Remove(Subscription subscription) => ImmutableInterlocked.Update(ref _all, all => all.Remove(subscription));

    internal sealed class Subscription(Subscribers owner, int capacity) : IDisposable
    {
        private readonly Channel<RpcValue> _items = Channel.CreateBounded<RpcValue>(new BoundedChannelOptions(capacity) { SingleReader = true });

        /// <exception cref="RemoteException">From its items: the subscriber was too slow.</exception>
        public ChannelReader<RpcValue> Items => _items.Reader;

        public void Dispose() => owner.Remove(this);

        public bool Offer(RpcValue item) => _items.Writer.TryWrite(item) || !_items.Writer.TryComplete(
            new RemoteException("OverflowError", $"event_stream: more than {capacity} events are waiting; read faster, or subscribe again and read all states"));
    }
}
