using Multivisor.Fleet.Supervisors;

namespace Multivisor.Fleet.Logs;

/// <summary>The logs that somebody looks at, each followed once. Thread-safe.</summary>
internal sealed class LogFollowers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Supervisor Supervisor, LogTarget Target), LogFollower> _all = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <exception cref="Links.LinkException">The supervisor is not connected.</exception>
    public LogViewer Open(Supervisor supervisor, LogTarget target, LogStart start)
    {
        var key = (supervisor, target);
        var source = supervisor.Logs;
        lock (_gate)
        {
            if (_all.TryGetValue(key, out var running) && ReferenceEquals(running.Source, source))
            {
                var viewer = new LogViewer(running, start);
                if (running.TryJoin(viewer))
                    return viewer;
            }

            var follower = new LogFollower(supervisor.Name, source, target, start, ended => Forget(key, ended));
            var first = new LogViewer(follower, start);
            follower.TryJoin(first);
            _all[key] = follower;
            follower.Run();
            return first;
        }
    }

    private void Forget((Supervisor Supervisor, LogTarget Target) key, LogFollower ended)
    {
        lock (_gate)
        {
            if (_all.TryGetValue(key, out var current) && current == ended)
                _all.Remove(key);
        }
    }
}
