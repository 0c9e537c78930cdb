using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Support;

/// <summary>A fleet of fake supervisords on a clock that only the test moves, and all that its feed ever said.</summary>
internal sealed class FleetHarness : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>On a busy machine the clock of a test may run ahead of an answer that is on its way; that is no loss.</summary>
    private static readonly FleetOptions Patient = new() { AnswerLimit = TimeSpan.FromMinutes(30) };
    private readonly Dictionary<string, FakeSupervisord> _supervisords;
    private readonly FeedSubscription _feed;
    private readonly List<FeedItem> _items = [];

    public FleetHarness(params FakeSupervisord[] supervisords)
        : this(null, supervisords)
    {
    }

    public FleetHarness(FleetOptions? options, params FakeSupervisord[] supervisords)
    {
        _supervisords = supervisords.ToDictionary(s => s.Name, StringComparer.Ordinal);
        Fleet = new SupervisorFleet(
            NullLoggerFactory.Instance,
            (options ?? Patient) with { Time = Time },
            definition => _supervisords[definition.Name].Link);
        _feed = Fleet.Feed.Subscribe();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public SupervisorFleet Fleet { get; }

    public FleetOperations Operations => Fleet.Operations;

    /// <summary>What the feed said so far; it is taken at each look.</summary>
    public IReadOnlyList<FleetChange> Said
    {
        get
        {
            _feed.TryTake(_items);
            return [.. _items.Select(i => i.Change)];
        }
    }

    public IEnumerable<FleetChange.Notification> Notifications => Said.OfType<FleetChange.Notification>();

    public static async Task<FleetHarness> StartAsync(params FakeSupervisord[] supervisords)
    {
        var harness = new FleetHarness(supervisords);
        await harness.ApplyAllAsync();
        return harness;
    }

    public static MultivisorConfig Config(params IEnumerable<string> names) =>
        Config(names.Select(n => (n, $"{n}:9002")));

    public static MultivisorConfig Config(IEnumerable<(string Name, string Url)> supervisors) => new()
    {
        Name = "test",
        Global = [],
        SignIn = null,
        Warnings = [],
        Supervisors =
        [
            .. supervisors.Select((s, i) => new SupervisorConfig(
                s.Name, s.Url, new SupervisorUrl(SupervisorUrl.Tcp, s.Url.Split(':')[0], int.Parse(s.Url.Split(':')[1]), s.Url), i + 1)),
        ],
    };

    /// <summary>Configures all and waits until each was reached or found unreachable.</summary>
    public async Task ApplyAllAsync()
    {
        await Fleet.ApplyAsync(Config(_supervisords.Keys));
        await Task.WhenAll(Fleet.Supervisors.Select(s => s.FirstAttempt)).WaitAsync(Limit);
    }

    public void Add(FakeSupervisord supervisord) => _supervisords[supervisord.Name] = supervisord;

    public Supervisor Supervisor(string name) => Fleet.TryGet(name, out var found) ? found : throw new InvalidOperationException(name);

    public SupervisorSnapshot Snapshot(string name = "s1") => Supervisor(name).Snapshot;

    public ProcessState? State(string @namespec, string name = "s1") =>
        Snapshot(name).Processes.TryGet(@namespec, out var process) ? process.Info.State : null;

    /// <summary>Waits for a state of the model, without moving the clock.</summary>
    public async Task WhenAsync(Func<SupervisorSnapshot, bool> condition, string name = "s1")
    {
        var supervisor = Supervisor(name);
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var changed = supervisor.State.Changed;
            if (condition(supervisor.Snapshot))
                return;
            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                var snapshot = supervisor.Snapshot;
                var processes = string.Join(", ", snapshot.Processes.All.Select(p => $"{p.Info.Namespec} {p.Info.StateName}"));
                Assert.Fail($"{name} did not get there: {snapshot.Link} {processes}");
            }
        }
    }

    public Task WhenStateAsync(string @namespec, ProcessState? state, string name = "s1") =>
        WhenAsync(s => (s.Processes.TryGet(@namespec, out var process) ? process.Info.State : null) == state, name);

    /// <summary>Waits until the fake was called in a way, without moving the clock.</summary>
    public static async Task WhenAsync(FakeSupervisord supervisord, Func<FakeSupervisord, bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var changed = supervisord.Changed;
            if (condition(supervisord))
                return;
            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{supervisord.Name} did not see that: {string.Join(", ", supervisord.Calls)}");
            }
        }
    }

    /// <summary>Moves the clock in small steps, each followed by a breath for what it woke, until a condition holds.</summary>
    /// <returns>How far it was moved.</returns>
    public async Task<TimeSpan> AdvanceUntilAsync(Func<bool> condition, TimeSpan most, TimeSpan? step = null)
    {
        var moved = TimeSpan.Zero;
        while (true)
        {
            for (var breath = 0; breath < 100; breath++)
            {
                if (condition())
                    return moved;
                // What the last step woke runs in the pool: let it run dry, then look a few times more.
                await Task.Run(static () => { });
                if (breath >= 12 && ThreadPool.PendingWorkItemCount == 0)
                    break;
                if (breath >= 10)
                    await Task.Delay(1);
            }

            if (moved >= most)
            {
                // What is due by this clock may still be on its way on a busy machine.
                if (await IsSoonAsync(condition))
                    return moved;
                Assert.Fail($"not within {most}: {string.Join(" | ", Fleet.Supervisors.Select(s => $"{s.Name} {s.Snapshot.Link}"))}");
            }

            Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            moved += step ?? TimeSpan.FromMilliseconds(100);
        }
    }

    private static async Task<bool> IsSoonAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition())
        {
            if (limit.IsCancellationRequested)
                return false;
            await Task.Delay(1);
        }

        return true;
    }

    /// <summary>Moves the clock so far, in steps, with breath for what is woken.</summary>
    public async Task AdvanceAsync(TimeSpan span, TimeSpan? step = null)
    {
        var end = Time.GetUtcNow() + span;
        await AdvanceUntilAsync(() => Time.GetUtcNow() >= end, span + TimeSpan.FromSeconds(1), step);
    }

    public async Task<OperationReport> FinishAsync(Task<OperationReport> operation) => await operation.WaitAsync(Limit);

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync().AsTask().WaitAsync(Limit);
        _feed.Dispose();
    }
}
