using System.Diagnostics;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Support;

/// <summary>Records an event stream, and what somebody would believe who read all states once and then replayed it.</summary>
internal sealed class EventTape : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(long Time, RpcValue Item)> _items = [];
    private readonly Dictionary<string, string> _believed = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    public Exception? End { get; private set; }

    public static async Task<EventTape> StartAsync(ZeroRpcClient client)
    {
        var tape = new EventTape();
        tape._reading = tape.ReadAsync(client);
        await tape.WaitAsync(items => items.Count > 0, TimeSpan.FromSeconds(30));
        var all = await client.CallAsync("getAllProcessInfo", []);
        lock (tape._lock)
        {
            // What the stream told meanwhile may be newer than this answer; the stream wins where it has spoken.
            foreach (var process in all.Items)
                tape._believed.TryAdd(Key(process), Text(process, "statename"));
        }

        return tape;
    }

    public IReadOnlyList<RpcValue> Items
    {
        get
        {
            lock (_lock)
                return [.. _items.Select(i => i.Item)];
        }
    }

    public static string Text(RpcValue map, string key) => map.TryGetMember(key, out var value) && value.TryGetString(out var text) ? text : "";

    public static string Name(RpcValue item) => Text(item, "eventname");

    public static RpcValue Payload(RpcValue item) => item.TryGetMember("payload", out var payload) ? payload : RpcValue.Nil;

    /// <summary>What the page would show for each process.</summary>
    public Dictionary<string, string> Believed
    {
        get
        {
            lock (_lock)
                return new(_believed, StringComparer.Ordinal);
        }
    }

    /// <summary>The first item for which this holds, now or later.</summary>
    public async Task<RpcValue> FindAsync(Func<RpcValue, bool> wanted, TimeSpan? limit = null)
    {
        var items = await WaitAsync(all => all.Any(wanted), limit ?? TimeSpan.FromSeconds(30));
        return items.First(wanted);
    }

    public Task<RpcValue> FindAsync(string name, string process, TimeSpan? limit = null) =>
        FindAsync(i => Name(i) == name && Text(Payload(i), "processname") == process, limit);

    public Task<IReadOnlyList<RpcValue>> WaitAsync(Func<IReadOnlyList<RpcValue>, bool> wanted, TimeSpan limit) => WaitAsync(() => wanted(Items) ? Items : null, limit);

    public async Task<TimeSpan> WaitBelievedAsync(Func<Dictionary<string, string>, bool> wanted, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        await WaitAsync(() => wanted(Believed) ? this : null, limit);
        return Stopwatch.GetElapsedTime(started);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
    }

    private static string Key(RpcValue process) => $"{Text(process, "group")}:{Text(process, "name")}";

    private async Task<T> WaitAsync<T>(Func<T?> look, TimeSpan limit)
        where T : class
    {
        using var timer = new CancellationTokenSource(limit);
        while (true)
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (look() is { } found)
                return found;
            try
            {
                await changed.WaitAsync(timer.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s. Believed: {string.Join(", ", Believed)}\nEnd: {End}\nItems:\n{string.Join('\n', Items.TakeLast(30))}", late);
            }
        }
    }

    private async Task ReadAsync(ZeroRpcClient client)
    {
        try
        {
            await foreach (var item in client.StreamAsync("event_stream", [], _stop.Token))
                Add(item);
        }
        catch (Exception end)
        {
            End = end;
        }

        Signal();
    }

    private void Add(RpcValue item)
    {
        lock (_lock)
        {
            _items.Add((Stopwatch.GetTimestamp(), item));
            var payload = Payload(item);
            if (payload.TryGetMember("process", out var process))
                _believed[Key(process)] = Text(process, "statename");
            if (Name(item) == "PROCESS_GROUP_REMOVED")
            {
                foreach (var key in _believed.Keys.Where(k => k.StartsWith(Text(payload, "groupname") + ":", StringComparison.Ordinal)).ToArray())
                    _believed.Remove(key);
            }
        }

        Signal();
    }

    private void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }
}
