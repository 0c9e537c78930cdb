using System.Diagnostics;
using System.Text.RegularExpressions;
using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Calls;

/// <summary>Calls over zerorpc under a real supervisord, with the programs that the recordings were made with.</summary>
public abstract partial class CallCompliance
{
    private const string Quiet = "stdout_logfile=NONE\nstderr_logfile=NONE\n";

    private static readonly string Programs = $"""
        [program:runner]
        command=/bin/sh -c "trap '' USR1; exec cat"
        stdout_logfile={"{dir}"}/runner.log
        [program:ga]
        command=/bin/sleep 1000
        [program:gb]
        command=/bin/sleep 1000
        [group:grp]
        programs=ga,gb
        [program:multi]
        command=/bin/sleep 1000
        numprocs=2
        process_name=%(program_name)s_%(process_num)02d
        {Quiet}
        [program:fataler]
        command=/bin/false
        startretries=0
        [program:nobin]
        command=/nonexistent/binary
        startretries=0
        [program:exit7]
        command=/bin/sh -c "sleep 1.2; exit 7"
        autorestart=false
        [program:nolog]
        command=/bin/sleep 1000
        {Quiet}
        [program:erry]
        command=/bin/sh -c "echo oops >&2; exec cat"
        [program:slowstop]
        command=/bin/sh -c "trap '' TERM; touch {"{dir}"}/deaf; while :; do sleep 0.1; done"
        autostart=false
        stopwaitsecs=3
        startsecs=0
        {Quiet}
        """;

    private protected abstract AgentKind Kind { get; }

    [Fact]
    public async Task RecordedCalls_ToOurAgent_GiveTheSameErrorsAndShapes()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await Eventually.BecomesAsync(
            () => agent.Direct.GetAllProcessInfoAsync(),
            all => all.All(p => p.StateName is not ("STARTING" or "BACKOFF")) && all.Single(p => p.Name == "exit7").StateName == "EXITED",
            TimeSpan.FromSeconds(30));

        foreach (var recorded in Shapes.Recorded("agent_calls.jsonl"))
        {
            var call = recorded.GetProperty("call").EnumerateArray().ToArray();
            var method = call[0].GetString()!;
            // Depends on what was in the log at that moment.
            if (method.StartsWith("read", StringComparison.Ordinal) || method.StartsWith('_'))
                continue;
            try
            {
                var result = await agent.CallAsync(method, [.. call.Skip(1).Select(Shapes.ToRpc)]);
                Assert.True(recorded.TryGetProperty("ok", out var ok), $"{recorded} succeeded");
                Assert.Equal($"{method}: {Shapes.Of(ok)}", $"{method}: {Shapes.Of(result)}");
            }
            catch (RemoteException error)
            {
                Assert.True(recorded.TryGetProperty("msg", out var message), $"{recorded}: {error.Name} {error.Message}");
                Assert.Equal(Expected(recorded.GetProperty("name").GetString()!, message.GetString()!), (error.Name, error.Message));
            }
        }
    }

    [Fact]
    public async Task MethodList_IsTheOriginalsWithoutItsAccidentsAndWithOurs()
    {
        await using var agent = await Kind.StartAsync("");
        var recorded = Shapes.Recorded("agent_calls.jsonl").First(r => r.GetProperty("call")[0].GetString() == "_zerorpc_list");
        var expected = recorded.GetProperty("ok").EnumerateArray().Select(n => n.GetString()!).Except(["publish_event", "rpc"])
            .Concat(["multivisor_agent", "log_follow", "log_stop", "log_read"]).Concat(Kind.SearchesLogs ? ["log_search"] : []).Order(StringComparer.Ordinal);

        Assert.Equal(expected, Texts(await agent.CallAsync("_zerorpc_list")).Order(StringComparer.Ordinal));
        Assert.Equal("Supervisor", await agent.CallAsync("_zerorpc_name"));
        foreach (var accident in new[] { "publish_event", "rpc", "nosuch" })
        {
            var error = await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync(accident));
            Assert.Equal(("NameError", accident), (error.Name, error.Message));
        }
    }

    [Fact]
    public async Task Vectors_OfTheContract_Hold()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await FaultAsync(10, "BAD_NAME: zz", () => agent.CallAsync("getProcessInfo", "zz"));
        await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync("getProcessInfo"));
        await FaultAsync(10, "BAD_NAME: zz", () => agent.CallAsync("stopProcessGroup", "zz"));
        await FaultAsync(50, "SPAWN_ERROR: fataler", async () =>
        {
            await Eventually.BecomesAsync(() => agent.Direct.GetProcessInfoAsync("fataler"), p => p.StateName == "FATAL", TimeSpan.FromSeconds(30));
            return await agent.CallAsync("startProcess", "fataler");
        });
        Assert.Equal(RpcValue.Array(agent.Supervisord.Pid), await agent.CallAsync("multicall", RpcValue.Array(RpcValue.Map(new("methodName", "supervisor.getPID"), new("params", RpcValue.Array())))));

        Assert.Equal(true, await agent.CallAsync("startProcess", "slowstop:slowstop", false));
        await FaultAsync(60, "ALREADY_STARTED: slowstop:slowstop", () => agent.CallAsync("startProcess", "slowstop:slowstop", false));
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(agent.Supervisord.Folder, "deaf")), TimeSpan.FromSeconds(30));
        var started = Stopwatch.GetTimestamp();
        var stop = agent.CallAsync("stopProcess", "slowstop:slowstop");

        // While that waits, everything else goes on.
        await using var tape = await agent.SubscribeAsync();
        Assert.Equal("sup", await agent.CallAsync("getIdentification"));
        Assert.Equal(true, await agent.CallAsync("stopProcess", "nolog"));
        await tape.FindAsync("PROCESS_STATE_STOPPED", "nolog");
        Assert.False(stop.IsCompleted);
        Assert.Equal(true, await stop);
        // Not before supervisord has killed it (stopwaitsecs).
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 2.5, 60);

        var grouped = await agent.CallAsync("stopProcessGroup", "grp");
        Assert.Equal(["ga:80", "gb:80"], grouped.Items.Select(s => $"{EventTape.Text(s, "name")}:{(s.TryGetMember("status", out var code) ? code : default)}").Order());
        Assert.Equal(RpcValue.Array(), await agent.CallAsync("stopProcessGroup", "grp"));
        Assert.Equal(true, await agent.CallAsync("removeProcessGroup", "grp"));
        Assert.Equal(true, await agent.CallAsync("addProcessGroup", "grp"));
        Assert.Equal(RpcValue.Array(RpcValue.Array(RpcValue.Array(), RpcValue.Array(), RpcValue.Array())), await agent.CallAsync("reloadConfig"));
    }

    [Fact]
    public async Task Agent_AskedForItself_SaysWhatItIs()
    {
        await using var agent = await Kind.StartAsync("");
        var me = await agent.CallAsync("multivisor_agent");
        Assert.Equal((Kind.Program, Kind.OwnProcess, "0.1.0"), (EventTape.Text(me, "program"), EventTape.Text(me, "process"), EventTape.Text(me, "version")));
        Assert.True(me.TryGetMember("protocol", out var protocol) && protocol == 1);
        Assert.True(me.TryGetMember("features", out var features) && Texts(features).Contains("reconcile"));
    }

    [Fact]
    public async Task PlugIn_OfSupervisord_IsServedToo()
    {
        var modules = Directory.CreateTempSubdirectory("mvp-").FullName;
        await File.WriteAllTextAsync(Path.Combine(modules, "greeter.py"), """
            class Greeter:
                def greet(self, name):
                    return 'hello ' + name

                def getPID(self):
                    return -1

            def make(supervisord, **config):
                return Greeter()
            """);
        await using var agent = await Kind.StartAsync(
            "[rpcinterface:greeter]\nsupervisor.rpcinterface_factory=greeter:make\n",
            new() { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONPATH"] = modules } });

        var methods = await Eventually.BecomesAsync(
            async () => Texts(await agent.CallAsync("_zerorpc_list")), m => m.Contains("greet"), TimeSpan.FromSeconds(30));

        Assert.Contains("event_stream", methods);
        Assert.Equal("hello you", await agent.CallAsync("greet", "you"));
        // What supervisord itself offers is never replaced.
        Assert.Equal(agent.Supervisord.Pid, await agent.CallAsync("getPID"));
        Directory.Delete(modules, recursive: true);
    }

    private async Task FaultAsync(int code, string text, Func<Task<RpcValue>> call)
    {
        var error = await Assert.ThrowsAsync<RemoteException>(call);
        Assert.Equal(Kind.Fault(code, text), (error.Name, error.Message));
    }

    /// <summary>The recordings are those of the agent beside supervisord.</summary>
    private (string Name, string Message) Expected(string name, string message) =>
        RecordedFault().Match(message) is { Success: true } fault
            ? Kind.Fault(int.Parse(fault.Groups["code"].ValueSpan), fault.Groups["text"].Value)
            : (name, message);

    [GeneratedRegex("^<Fault (?<code>\\d+): ['\"](?<text>.*)['\"]>$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecordedFault();

    private static IEnumerable<string> Texts(RpcValue array) => array.Items.Select(i => i.TryGetString(out var text) ? text : "");
}
