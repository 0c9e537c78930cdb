using System.Diagnostics;

namespace Multivisor.Server.Tests.Support;

/// <summary>Waiting that ends: an awaited event comes soon, or the test fails.</summary>
internal static class Limits
{
    /// <summary>Much longer than anything takes on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>For what has no event of its own, such as a count that falls.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Limit, what);
            await Task.Delay(10);
        }
    }
}
