using System.Runtime.InteropServices;

namespace Multivisor.Agent.Wake;

/// <summary>
/// supervisord's children as far as they are known: watched while they run, and kept after their end until supervisord has taken notice.
/// Not thread-safe: the waker owns it.
/// </summary>
/// <remarks>
/// A pid may be old news when it comes here, and belong to somebody else by now. So the pidfd is opened first, and then asked whose child has
/// that pid: a child of supervisord keeps its number until supervisord has waited for it, so what is its child now is what was opened, or what
/// was opened is dead and waited for, which shows at once and is dropped. From then on the pidfd stands for that one process, whatever becomes
/// of the number.
/// </remarks>
internal sealed class ChildWatch : IDisposable
{
    /// <summary>Most descriptors, however many we may have.</summary>
    public const int MaxChildren = 8192;

    /// <summary>After so many wakes that changed nothing supervisord has other troubles; it will notice by itself.</summary>
    private const int MaxWakes = 6;

    /// <summary>supervisord's answer comes a moment before it looks for dead children; doubled with each wake.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(25);

    private readonly int _supervisord;
    private readonly int _max;
    private readonly DeathWatch _deaths;
    private readonly AgentLog _log;
    private readonly TimeProvider _time;
    private readonly Dictionary<int, Child> _byPid = [];
    private readonly Dictionary<long, Child> _byId = [];
    private readonly List<Child> _ended = [];
    private long _lastId;
    private bool _isMissingTold;

    /// <param name="supervisord">Its pid.</param>
    /// <param name="ended">Is given what <see cref="NoteEnd"/> is to be called with; on a thread of its own, must not wait.</param>
    /// <exception cref="IOException">No descriptors are left.</exception>
    public ChildWatch(int supervisord, Action<long> ended, AgentLog log, TimeProvider time)
    {
        // The agent's connections and the logs that it reads come first.
        var free = ProcFolder.DescriptorLimit - ProcFolder.Descriptors;
        _max = Math.Min(MaxChildren, Math.Max(free / 2, free - 1024));
        _supervisord = supervisord;
        _deaths = new DeathWatch(ended);
        _log = log;
        _time = time;
    }

    public int Count => _byPid.Count;

    /// <summary>Watches the process unless it is watched already, or is no child of supervisord any more.</summary>
    /// <param name="isNews">supervisord has just told that it runs: if it does not, its end is what is to be told next.</param>
    public void Add(long pid, bool isNews)
    {
        if (pid is <= 1 or > int.MaxValue || pid == Environment.ProcessId)
            return;
        var number = (int)pid;
        if (_byPid.TryGetValue(number, out var known) && !(known.HasEnded && IsReaped(known)))
            return;
        if (known is null && _byPid.Count >= _max)
        {
            TellMissing($"{_max} of them take as many descriptors as they may");
            return;
        }

        var child = new Child(++_lastId, number, Kernel.OpenPidFd(number));
        var found = Watch(child);
        if (found != Found.Running)
            child.Handle.Dispose();
        // What is known to have ended is woken for, whatever older looks may still say of it.
        var isNewEnd = found == Found.Gone && isNews && known is null;
        if (found != Found.Running && !isNewEnd)
            return;
        if (known is not null)
        {
            _ended.Remove(known);
            Remove(known);
        }

        _byPid.Add(number, child);
        _byId.Add(child.Id, child);
        if (isNewEnd)
            NoteEnd(child.Id);
    }

    public void NoteEnd(long id)
    {
        if (!_byId.TryGetValue(id, out var child))
            return;
        child.HasEnded = true;
        child.Due = _time.GetTimestamp();
        _ended.Add(child);
    }

    /// <summary>supervisord has told of its end.</summary>
    public void NoteTold(long pid)
    {
        if (pid is > 1 and <= int.MaxValue && _byPid.TryGetValue((int)pid, out var child))
            child.IsTold = true;
    }

    /// <summary>When supervisord should be woken, because children have ended of which it has not told; null if it need not.</summary>
    /// <remarks>
    /// Also when it has noticed already: it may have gone to sleep again before telling its listeners, and before starting the process anew.
    /// </remarks>
    public long? Due()
    {
        long? due = null;
        for (var i = _ended.Count - 1; i >= 0; i--)
        {
            var child = _ended[i];
            if (child.IsTold || child.Wakes >= MaxWakes || (child.Wakes > 0 && IsReaped(child)))
            {
                Remove(child);
                _ended.RemoveAt(i);
            }
            else if (due is null || child.Due < due)
            {
                due = child.Due;
            }
        }

        return due;
    }

    /// <summary>supervisord is woken now, for the sake of all that have ended so far.</summary>
    /// <returns>How many these are.</returns>
    public int NoteWake()
    {
        foreach (var child in _ended)
            child.Wakes++;
        return _ended.Count;
    }

    /// <summary>supervisord has answered: it gets some time to notice those that it was woken for.</summary>
    public void NoteAnswer()
    {
        foreach (var child in _ended.Where(c => c.Wakes > 0))
            child.Due = _time.GetTimestamp() + (long)(FirstPatience.TotalSeconds * (1 << child.Wakes) / 2 * _time.TimestampFrequency);
    }

    public void Dispose()
    {
        _deaths.Dispose();
        foreach (var child in _byPid.Values)
            child.Handle.Dispose();
    }

    private static bool IsReaped(Child child) => child.Handle.IsClosed || (Kernel.SendSignal(child.Handle, 0) < 0 && Kernel.Error == Kernel.NoSuchProcess);

    private Found Watch(Child child)
    {
        if (child.Handle.IsInvalid)
        {
            if (Kernel.Error == Kernel.NoSuchProcess)
                return Found.Gone;
            TellMissing($"there is no pidfd for it ({Marshal.GetPInvokeErrorMessage(Kernel.Error)})");
            return Found.Unwatchable;
        }

        var parent = ProcFolder.ParentOf(child.Pid);
        if (parent == _supervisord)
            return _deaths.TryAdd(child.Handle, child.Id) ? Found.Running : Found.Unwatchable;
        if (parent is not null || IsReaped(child))
            return Found.Gone;
        TellMissing("/proc does not tell this user of it (hidepid, or no descriptors are left)");
        return Found.Unwatchable;
    }

    private void Remove(Child child)
    {
        _byPid.Remove(child.Pid);
        _byId.Remove(child.Id);
        child.Handle.Dispose();
    }

    private void TellMissing(string reason)
    {
        if (!_isMissingTold)
            _log.Warn(Waker.LogName, $"not every process is watched: {reason}; the end of the others is noticed by supervisord itself, within a second");
        _isMissingTold = true;
    }

    private enum Found
    {
        Running,
        Gone,
        Unwatchable,
    }

    private sealed class Child(long id, int pid, KernelHandle handle)
    {
        public long Id => id;

        public int Pid => pid;

        public KernelHandle Handle => handle;

        public bool HasEnded { get; set; }

        public bool IsTold { get; set; }

        /// <summary>Wakes since its end.</summary>
        public int Wakes { get; set; }

        public long Due { get; set; }
    }
}
