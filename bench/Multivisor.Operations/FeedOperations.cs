using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;

namespace Multivisor.Operations;

/// <summary>From the model to those who watch.</summary>
internal static class FeedOperations
{
    public static IEnumerable<Operation> All => [Publish(1), Publish(1000)];

    private static Operation Publish(int subscribers)
    {
        var feed = new FleetFeed(TimeProvider.System);
        var all = Enumerable.Range(0, subscribers).Select(_ => feed.Subscribe()).ToArray();
        var change = new FleetChange.ProcessChanged(new ProcessSnapshot("lid001", "lid001", Samples.Process(7)));
        var items = new List<FeedItem>();
        return new($"feed: publish a change and take it, {subscribers:n0} subscribers", () =>
        {
            feed.Publish(change);
            foreach (var subscriber in all)
            {
                subscriber.TryTake(items);
                items.Clear();
            }
        });
    }
}
