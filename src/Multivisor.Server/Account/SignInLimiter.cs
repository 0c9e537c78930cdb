using System.Net;
using System.Net.Sockets;

namespace Multivisor.Server.Account;

/// <summary>
/// Slows down whoever guesses passwords: few failures for one user from one address, some more from one address for whatever
/// users, and many for one user from everywhere, so that nobody is locked out by a stranger easily.
/// </summary>
/// <remarks>An attempt counts when it begins and is taken back when it succeeds, so attempts side by side gain nothing.</remarks>
internal sealed class SignInLimiter(TimeProvider time)
{
    public const int PerUserAndAddress = 5;
    public const int PerAddress = 30;
    public const int PerUser = 100;

    /// <summary>Counters that are kept at most; beyond it the oldest are forgotten.</summary>
    internal const int MaxCounters = 20_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Counter> _counters = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, long Began)> _ages = new();

    internal int Count
    {
        get
        {
            lock (_gate)
                return _counters.Count;
        }
    }

    /// <summary>Null when the attempt may be made, else how long to wait.</summary>
    /// <param name="user">What was typed; only its hash is kept.</param>
    public TimeSpan? TryBegin(IPAddress? address, string user)
    {
        lock (_gate)
        {
            Forget();
            var keys = Keys(address, user);
            var wait = TimeSpan.Zero;
            foreach (var (key, limit) in keys)
            {
                if (_counters.TryGetValue(key, out var counter) && counter.Attempts >= limit)
                    wait = Max(wait, Window - time.GetElapsedTime(counter.Began));
            }

            if (wait > TimeSpan.Zero)
                return wait;
            foreach (var (key, _) in keys)
                Add(key);
            return null;
        }
    }

    public void Succeeded(IPAddress? address, string user)
    {
        lock (_gate)
        {
            var keys = Keys(address, user);
            _counters.Remove(keys[0].Key);
            foreach (var (key, _) in keys.AsSpan(1))
            {
                if (_counters.TryGetValue(key, out var counter) && counter.Attempts > 0)
                    counter.Attempts--;
            }
        }
    }

    private static (string Key, int Limit)[] Keys(IPAddress? address, string user)
    {
        var from = Network(address);
        var who = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(user.Trim())));
        return [($"{from} {who}", PerUserAndAddress), (from, PerAddress), (who, PerUser)];
    }

    /// <summary>Who has one IPv6 address has the whole network around it.</summary>
    private static string Network(IPAddress? address)
    {
        if (address is null or { AddressFamily: AddressFamily.InterNetwork })
            return address?.ToString() ?? "unknown";
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString() : Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }

    private void Add(string key)
    {
        if (_counters.TryGetValue(key, out var counter))
        {
            counter.Attempts++;
            return;
        }

        var began = time.GetTimestamp();
        _counters[key] = new Counter(began) { Attempts = 1 };
        _ages.Enqueue((key, began));
    }

    private void Forget()
    {
        while (_ages.TryPeek(out var oldest) && (time.GetElapsedTime(oldest.Began) >= Window || _ages.Count > MaxCounters - 3))
        {
            _ages.Dequeue();
            if (_counters.TryGetValue(oldest.Key, out var counter) && counter.Began == oldest.Began)
                _counters.Remove(oldest.Key);
        }
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed class Counter(long began)
    {
        public long Began { get; } = began;

        public int Attempts { get; set; }
    }
}
