using System.Collections.Immutable;
using Multivisor.Fleet.Links;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Support;

/// <summary>
/// A supervisord of the test's own: a process table with supervisord's rules for start and stop, a configuration to
/// reload, logs, and what a test wants to go wrong. Thread-safe; nothing happens in it but on request.
/// </summary>
internal sealed class FakeSupervisord(string name)
{
    private readonly Lock _gate = new();
    private readonly List<ProcessInfo> _processes = [];
    private readonly List<FakeConnection> _connections = [];
    private readonly List<string> _calls = [];
    private readonly Dictionary<string, List<Func<Task>>> _hooks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _inFlight = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private long _nextPid = 1000;

    public string Name { get; } = name;

    public FakeLink Link => field ??= new FakeLink(this);

    /// <summary>One that says nothing of itself.</summary>
    public static AgentInfo OriginalAgent { get; } = new(AgentInfo.Original, null, null, []);

    public AgentInfo Agent { get; set; } = new("multivisor-rpc", "1.0", null, ["reconcile"]);

    public SupervisorIdentity Identity { get; set; } = new(77, "supervisor", "3.0", "4.2.5");

    /// <summary>Thrown by every connect while set.</summary>
    public Exception? Unreachable { get; set; }

    /// <summary>Thrown by every call while set.</summary>
    public Exception? Fault { get; set; }

    /// <summary>A stop ends at STOPPING until <see cref="FinishStop"/>.</summary>
    public bool StopsSlowly { get; set; }

    /// <summary>A process whose stop fails, as if it could not be signalled.</summary>
    public string? RefusesToStop { get; set; }

    /// <summary>False: state changes send no event, as if supervisord had thrown it away.</summary>
    public bool SendsEvents { get; set; } = true;

    public ConfigurationChanges Changes { get; set; } = new([], [], []);

    /// <summary>Programs of the file that addProcessGroup adds: group to process names.</summary>
    public Dictionary<string, string[]> Programs { get; } = new(StringComparer.Ordinal);

    public FakeLog Log { get; } = new();

    /// <summary>It offers <c>readProcess…Log</c>, as all but the plainest agents do.</summary>
    public bool HasReadLog { get; set; } = true;

    /// <summary>The clock of those who follow its logs.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public long Now { get; set; } = 1_700_000_000;

    public int MostRequestsInFlight { get; private set; }

    public int Attempts { get; private set; }

    public FakeConnection[] Connections
    {
        get
        {
            lock (_gate)
                return [.. _connections];
        }
    }

    public string[] Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Completes at the next call or connection; take it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    public int Count(string call) => Calls.Count(c => c == call || c.StartsWith($"{call} ", StringComparison.Ordinal));

    public FakeSupervisord With(string @namespec, ProcessState state = ProcessState.Running)
    {
        lock (_gate)
            _processes.Add(Make(@namespec, state));
        return this;
    }

    /// <summary>The next call of that method first runs this, outside of any lock: hang, throw, or change the world meanwhile.</summary>
    /// <param name="method">The name alone, or with its argument.</param>
    public void OnNext(string method, Func<Task> hook)
    {
        lock (_gate)
        {
            if (!_hooks.TryGetValue(method, out var hooks))
                _hooks[method] = hooks = [];
            hooks.Add(hook);
        }
    }

    /// <summary>The next call of that method reaches supervisord but its answer comes when the returned source is set.</summary>
    public TaskCompletionSource HoldNext(string method)
    {
        var held = NewSignal();
        OnNext(method, () => held.Task);
        return held;
    }

    public ProcessInfo Info(string @namespec)
    {
        lock (_gate)
            return _processes.Single(p => p.Namespec == @namespec);
    }

    /// <summary>Moves a process to a state and tells of it.</summary>
    public void Set(string @namespec, ProcessState state)
    {
        lock (_gate)
            Replace(@namespec, p => p with
            {
                State = state,
                StateName = state.ToName(),
                Pid = state is ProcessState.Starting or ProcessState.Running ? ++_nextPid : state == ProcessState.Stopping ? p.Pid : 0,
            });
    }

    /// <summary>The same without an event: lost in a burst.</summary>
    public void SetSilently(string @namespec, ProcessState state)
    {
        var before = SendsEvents;
        SendsEvents = false;
        Set(@namespec, state);
        SendsEvents = before;
    }

    public void FinishStop(string @namespec) => Set(@namespec, ProcessState.Stopped);

    public void Remove(string @namespec)
    {
        lock (_gate)
            _processes.RemoveAll(p => p.Namespec == @namespec);
    }

    public void Tell(LinkChange change)
    {
        foreach (var connection in Connections)
            connection.Push(change);
    }

    /// <summary>Breaks all connections.</summary>
    public void Lose(string reason)
    {
        foreach (var connection in Connections)
            connection.Lose(new LinkException(reason));
    }

    internal FakeConnection Connect()
    {
        lock (_gate)
        {
            Attempts++;
            Signal();
            if (Unreachable is { } error)
                throw error;
            var connection = new FakeConnection(this);
            _connections.Add(connection);
            return connection;
        }
    }

    internal void Forget(FakeConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            Signal();
        }
    }

    internal async Task<T> CallAsync<T>(string method, string argument, bool isAction, Func<T> run)
    {
        Func<Task>? hook = null;
        lock (_gate)
        {
            var call = argument.Length > 0 ? $"{method} {argument}" : method;
            _calls.Add(call);
            foreach (var key in new[] { call, method })
            {
                if (hook is null && _hooks.TryGetValue(key, out var hooks) && hooks.Count > 0)
                {
                    hook = hooks[0];
                    hooks.RemoveAt(0);
                }
            }

            if (isAction)
            {
                _inFlight[Name] = _inFlight.GetValueOrDefault(Name) + 1;
                MostRequestsInFlight = Math.Max(MostRequestsInFlight, _inFlight[Name]);
            }

            Signal();
        }

        try
        {
            // Never on the caller's thread: a real answer comes later too.
            await Task.Yield();
            T answer;
            lock (_gate)
            {
                if (Fault is { } fault)
                    throw fault;
                answer = run();
            }

            if (hook is not null)
                await hook();
            return answer;
        }
        finally
        {
            if (isAction)
            {
                lock (_gate)
                    _inFlight[Name]--;
            }
        }
    }

    internal ImmutableArray<ProcessInfo> All() => [.. _processes];

    internal ProcessInfo Get(string @namespec) => _processes.Find(p => p.Namespec == @namespec) ?? throw BadName(@namespec);

    internal bool Start(string @namespec)
    {
        var process = Get(@namespec);
        if (process.State.IsRunning())
            throw new SupervisordFaultException(60, $"ALREADY_STARTED: {@namespec}");
        // What supervisord does with a process that is STOPPING: it answers true and starts nothing.
        if (process.State != ProcessState.Stopping)
        {
            Set(@namespec, ProcessState.Starting);
            Set(@namespec, ProcessState.Running);
        }

        return true;
    }

    internal bool Stop(string @namespec)
    {
        if (!Get(@namespec).State.IsRunning())
            throw new SupervisordFaultException(70, $"NOT_RUNNING: {@namespec}");
        if (@namespec == RefusesToStop)
            throw new SupervisordFaultException(30, $"FAILED: {@namespec}");
        if (Get(@namespec).State != ProcessState.Backoff)
            Set(@namespec, ProcessState.Stopping);
        if (!StopsSlowly)
            Set(@namespec, ProcessState.Stopped);
        return true;
    }

    internal ImmutableArray<ProcessStatus> OnGroup(string group, bool running, Func<string, bool> act)
    {
        if (!_processes.Exists(p => p.Group == group))
            throw BadName(group);
        var asked = _processes.Where(p => p.Group == group && p.State.IsRunning() == running).ToArray();
        return [.. asked.Select(p => Ask(p))];

        ProcessStatus Ask(ProcessInfo process)
        {
            try
            {
                act(process.Namespec);
                return new ProcessStatus(process.Name, group, 80, "OK");
            }
            catch (SupervisordFaultException e)
            {
                return new ProcessStatus(process.Name, group, e.Code, e.Message);
            }
        }
    }

    internal bool AddGroup(string group)
    {
        if (_processes.Exists(p => p.Group == group))
            throw new SupervisordFaultException(90, $"ALREADY_ADDED: {group}");
        if (!Programs.TryGetValue(group, out var names))
            throw BadName(group);
        _processes.AddRange(names.Select(n => Make($"{group}:{n}", ProcessState.Running)));
        return true;
    }

    internal bool RemoveGroup(string group)
    {
        if (!_processes.Exists(p => p.Group == group))
            throw BadName(group);
        if (_processes.Exists(p => p.Group == group && !p.State.IsStopped()))
            throw new SupervisordFaultException(91, $"STILL_RUNNING: {group}");
        _processes.RemoveAll(p => p.Group == group);
        return true;
    }

    private static SupervisordFaultException BadName(string text) => new(10, $"BAD_NAME: {text}");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProcessInfo Make(string @namespec, ProcessState state)
    {
        var parts = @namespec.Split(':');
        return new ProcessInfo
        {
            Group = parts[0],
            Name = parts[1],
            State = state,
            StateName = state.ToName(),
            Pid = state == ProcessState.Running ? ++_nextPid : 0,
            Now = Now,
        };
    }

    private void Replace(string @namespec, Func<ProcessInfo, ProcessInfo> change)
    {
        var position = _processes.FindIndex(p => p.Namespec == @namespec);
        _processes[position] = change(_processes[position]) with { Now = Now };
        if (!SendsEvents)
            return;
        foreach (var connection in _connections)
            connection.Push(new LinkChange.Process(_processes[position]));
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }
}
