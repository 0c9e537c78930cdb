using System.Diagnostics;

namespace Multivisor.Testing;

/// <summary>Waits for something that can only be asked for, not awaited: another program's state.</summary>
public static class Eventually
{
    /// <exception cref="TimeoutException">It did not become true in time; the message tells what was last seen.</exception>
    public static async Task<T> BecomesAsync<T>(Func<Task<T>> look, Func<T, bool> isRight, TimeSpan limit, TimeSpan? pause = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (isRight(seen))
                return seen;
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s; last seen: {seen}");
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(10));
        }
    }

    public static Task IsTrueAsync(Func<bool> look, TimeSpan limit) => BecomesAsync(() => Task.FromResult(look()), seen => seen, limit);
}
