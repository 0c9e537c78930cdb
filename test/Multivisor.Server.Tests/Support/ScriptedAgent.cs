using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Server.Tests.Support;

/// <summary>
/// A supervisord and its agent behind a real socket: the methods and events of the original's agent, a process table
/// that the test changes, calls that are remembered and can be held back.
/// </summary>
internal sealed partial class ScriptedAgent : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ProcessInfo> _processes;
    private readonly List<Channel<RpcValue>> _subscribers = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new(StringComparer.Ordinal);
    private ZeroRpcServer _server;
    private int _serial;
    private int _nextPid = 5000;

    private ScriptedAgent(string name, IEnumerable<ProcessInfo> processes, bool announced)
    {
        Name = name;
        IsAnnounced = announced;
        _processes = [.. processes];
        _server = Serve(0);
    }

    /// <summary>The identification of the supervisord.</summary>
    public string Name { get; }

    /// <summary>It has the method by which our own agent tells who it is.</summary>
    public bool IsAnnounced { get; }

    public long Pid { get; init; } = 4000;

    public int Port => _server.LocalEndPoint.Port;

    /// <summary>Open connections to it.</summary>
    public int ConnectionCount => _server.ConnectionCount;

    /// <summary>How often somebody subscribed to its events: once per connection that a server makes.</summary>
    public int Subscriptions { get; private set; }

    /// <summary>Every call, as <c>method argument argument</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>The logs by <c>group:name</c>; those of stderr with <c>:err</c> behind.</summary>
    public ConcurrentDictionary<string, byte[]> Logs { get; } = new(StringComparer.Ordinal);

    /// <summary>What the next reloadConfig answers.</summary>
    public (string[] Added, string[] Changed, string[] Removed) Reread { get; set; } = ([], [], []);

    /// <summary>What a call of a method fails with instead of an answer.</summary>
    public ConcurrentDictionary<string, RemoteException> Failures { get; } = new(StringComparer.Ordinal);

    public static ScriptedAgent Start(string name, params ProcessInfo[] processes) => new(name, processes, announced: false);

    /// <summary>An agent of ours: it announces itself as <c>multivisor-rpc</c>.</summary>
    public static ScriptedAgent StartAnnounced(string name, params ProcessInfo[] processes) => new(name, processes, announced: true);

    public static ProcessInfo Process(string @namespec, ProcessState state = ProcessState.Running)
    {
        var colon = @namespec.IndexOf(':', StringComparison.Ordinal);
        var name = @namespec[(colon + 1)..];
        return new ProcessInfo
        {
            Name = name,
            Group = @namespec[..colon],
            State = state,
            StateName = state.ToName(),
            Start = 1795454372,
            Now = 1795454888,
            Pid = state == ProcessState.Running ? 4321 : 0,
            LogFile = $"/var/log/{name}.log",
            StdoutLogFile = $"/var/log/{name}.log",
            StderrLogFile = $"/var/log/{name}.err",
        };
    }

    public ProcessInfo Find(string @namespec)
    {
        lock (_gate)
            return _processes.Find(p => p.Namespec == @namespec || p.Name == @namespec) ?? throw Fault(10, $"BAD_NAME: {@namespec}");
    }

    public void Remove(string @namespec)
    {
        lock (_gate)
            _processes.RemoveAll(p => p.Namespec == @namespec);
    }

    /// <summary>A process is now like this; everybody who subscribed is told.</summary>
    public void Change(ProcessInfo process, bool? exitExpected = null)
    {
        lock (_gate)
        {
            var from = _processes.FindIndex(p => p.Namespec == process.Namespec);
            var before = _processes[from];
            _processes[from] = process;
            List<KeyValuePair<string, RpcValue>> payload =
            [
                new("processname", process.Name),
                new("groupname", process.Group),
                new("from_state", before.StateName),
                new("pid", process.Pid.ToString()),
                new("process", ToMap(process)),
            ];
            if (exitExpected is { } expected)
                payload.Add(new("expected", expected ? "1" : "0"));
            Send($"PROCESS_STATE_{process.StateName}", RpcValue.Map([.. payload]));
        }
    }

    public void ChangeState(string @namespec, ProcessState state) => Change(Find(@namespec) with
    {
        State = state,
        StateName = state.ToName(),
        Pid = state is ProcessState.Running or ProcessState.Starting ? Interlocked.Increment(ref _nextPid) : 0,
    });

    /// <summary>Calls of that method wait from now on, until what is returned is completed.</summary>
    public TaskCompletionSource Hold(string method) =>
        _held[method] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The host is gone: connections break, the port refuses.</summary>
    public ValueTask StopAsync() => _server.DisposeAsync();

    public async Task ComeBackAsync()
    {
        var port = Port;
        await _server.DisposeAsync();
        _server = Serve(port);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var held in _held.Values)
            held.TrySetResult();
        await _server.DisposeAsync();
    }

    private static RemoteException Fault(int code, string text) => new("Fault", $"<Fault {code}: '{text}'>");

    private static RpcValue ToMap(ProcessInfo process) => RpcValue.Map(
        new("name", process.Name),
        new("group", process.Group),
        new("start", process.Start),
        new("stop", process.Stop),
        new("now", process.Now),
        new("state", (int)process.State),
        new("statename", process.StateName),
        new("spawnerr", process.SpawnError),
        new("exitstatus", process.ExitStatus),
        new("logfile", process.LogFile),
        new("stdout_logfile", process.StdoutLogFile),
        new("stderr_logfile", process.StderrLogFile),
        new("pid", process.Pid),
        new("description", process.Description));

    /// <summary>An event as the original's event-listener agent sends it: all values text, the process inside.</summary>
    private void Send(string eventName, RpcValue payload)
    {
        var serial = (++_serial).ToString();
        var item = RpcValue.Map(
            new("ver", "3.0"),
            new("server", Name),
            new("serial", serial),
            new("pool", "multivisor-rpc"),
            new("poolserial", serial),
            new("eventname", eventName),
            new("len", "58"),
            new("payload", payload));
        foreach (var subscriber in _subscribers)
            subscriber.Writer.TryWrite(item);
    }

    private async IAsyncEnumerable<RpcValue> EventsAsync(
        IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Failures.TryGetValue("event_stream", out var failure))
            throw failure;
        var channel = Channel.CreateUnbounded<RpcValue>();
        lock (_gate)
        {
            _subscribers.Add(channel);
            Subscriptions++;
        }

        try
        {
            yield return "First event to trigger connection. Please ignore me!";
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
                yield return item;
        }
        finally
        {
            lock (_gate)
                _subscribers.Remove(channel);
        }
    }

    private ZeroRpcServer Serve(int port)
    {
        var service = new ZeroRpcService("ScriptedAgent");
        AddMethods(service);
        service.Add("event_stream", EventsAsync);
        return ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, port), service);
    }
}
