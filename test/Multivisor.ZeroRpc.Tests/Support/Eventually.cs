using System.Diagnostics;

namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>Waits for what has no event of its own, such as a count that falls.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, what);
            await Task.Delay(5);
        }
    }

    /// <summary>Awaits a task that would hang if the code were wrong.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static async Task<List<RpcValue>> CollectAsync(this IAsyncEnumerable<RpcValue> items)
    {
        List<RpcValue> all = [];
        await foreach (var item in items)
            all.Add(item);
        return all;
    }
}
