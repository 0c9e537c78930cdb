using Multivisor.Fleet.Links;
using Multivisor.Fleet.Links.Agent;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Tests.Links;

/// <summary>What agents of any age send, as recorded and odder.</summary>
public sealed class AgentShapesTests
{
    private static readonly AgentInfo Original = new(AgentInfo.Original, null, null, []);

    [Theory]
    [InlineData("zerorpc-eventlistener/kill_child")]
    [InlineData("zerorpc-eventlistener/stop_start_process")]
    [InlineData("zerorpc-eventlistener/supervisor_restart")]
    [InlineData("zerorpc-rpcinterface/kill_child")]
    [InlineData("zerorpc-rpcinterface/stop_start_process")]
    [InlineData("zerorpc-rpcinterface/supervisor_restart")]
    public void Read_RecordedStream_GivesTheProcessOfEachEvent(string recording)
    {
        var items = Recorded.Answers(recording, "STREAM");
        var events = items.Where(i => i.Kind == RpcKind.Map).ToArray();
        Assert.NotEmpty(events);
        var reader = new AgentEventReader(Original);

        var changes = items.SelectMany(i => Read(reader, i)).ToArray();

        var processes = events.Where(e => AgentWire.Member(e, "eventname").StartsWith("PROCESS_STATE", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            processes.Select(e => Member(e, "payload", "process", "statename")),
            changes.OfType<LinkChange.Process>().Select(c => c.Info.StateName));
        Assert.Equal(
            events.Count(e => AgentWire.Member(e, "eventname") == "SUPERVISOR_STATE_CHANGE_STOPPING"), changes.OfType<LinkChange.Stopping>().Count());
        Assert.DoesNotContain(changes, c => c is LinkChange.Unknown { Reason: "events were lost in a burst" });
        Assert.Equal(
            recording.StartsWith("zerorpc-eventlistener", StringComparison.Ordinal) ? ["multivisor-rpc:multivisor-rpc"] : [],
            changes.OfType<LinkChange.AgentFound>().Select(c => c.Namespec));
    }

    [Theory]
    [InlineData("zerorpc-eventlistener/refresh_and_infos")]
    [InlineData("zerorpc-rpcinterface/refresh_and_infos")]
    public void TryReadProcess_RecordedTable_IsReadAlsoFromAgentsThatSendOctets(string recording)
    {
        var table = Recorded.Answers(recording, "OK").Select(a => a.Items[0]).First(a => a.Items.Count > 0 && a.Items[0].Kind == RpcKind.Map);

        foreach (var map in table.Items)
        {
            Assert.True(AgentWire.TryReadProcess(map, out var process));
            Assert.Equal(Member(map, "name"), process.Name);
            Assert.Equal(Member(map, "stdout_logfile"), process.LogFile);
            Assert.Equal(process.State.ToName(), process.StateName);
            Assert.True(map.TryGetMember("pid", out var pid) && pid.TryGetInt64(out var number) && number == process.Pid);
            Assert.True(AgentWire.TryReadProcess(Recorded.WithOctets(map), out var old));
            Assert.Equal(process, old);
        }
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("""{"name":"a","group":"g"}""")]
    [InlineData("""{"name":"a","state":20}""")]
    [InlineData("""{"name":"","group":"g","state":20}""")]
    [InlineData("""{"name":"a","group":"g","state":"RUNNING"}""")]
    [InlineData("""{"name":"a","group":"g","state":null}""")]
    [InlineData("""{"name":5,"group":"g","state":20}""")]
    public void TryReadProcess_NoProcess_IsRefused(string map) => Assert.False(AgentWire.TryReadProcess(Recorded.Json(map), out _));

    [Theory]
    [InlineData("""{"name":"a","group":"g","state":20}""", ProcessState.Running, "RUNNING")]
    [InlineData("""{"name":"a","group":"g","state":20,"statename":"LÄUFT","extra":[1],"pid":null}""", ProcessState.Running, "LÄUFT")]
    [InlineData("""{"name":"a","group":"g","state":21}""", ProcessState.Unknown, "UNKNOWN")]
    [InlineData("""{"name":"a","group":"g","state":4294967316}""", ProcessState.Unknown, "UNKNOWN")]
    [InlineData("""{"name":"a","group":"g","state":-1}""", ProcessState.Unknown, "UNKNOWN")]
    public void TryReadProcess_OddMap_IsReadAsFarAsItGoes(string map, ProcessState state, string name)
    {
        Assert.True(AgentWire.TryReadProcess(Recorded.Json(map), out var process));
        Assert.Equal((state, name, 0L), (process.State, process.StateName, process.Pid));
    }

    [Theory]
    [InlineData("RUNNING", null, false)]
    [InlineData("STARTING", null, false)]
    [InlineData("EXITED", false, null)]
    public void Read_ExitOfAProcessThatRunsAgain_TellsTheExitApart(string stateNow, bool? exitExpected, bool? passed)
    {
        var state = (int)ProcessStateExtensions.FromName(stateNow);
        var item = Recorded.Json($$"""
            {"eventname": "PROCESS_STATE_EXITED", "payload": {"processname": "p", "groupname": "g", "from_state": "RUNNING", "expected": "0", "pid": "77",
             "process": {"name": "p", "group": "g", "state": {{state}}, "statename": "{{stateNow}}", "pid": 78} } }
            """);

        var change = Assert.IsType<LinkChange.Process>(Assert.Single(Read(new AgentEventReader(Original), item)));

        Assert.Equal(exitExpected, change.ExitExpected);
        Assert.Equal(passed is null ? null : new PassedExit(77, passed), change.Passed);
    }

    [Fact]
    public void Read_SilenceOfSupervisord_IsToldAsThat() => Assert.IsType<LinkChange.Silent>(
        Assert.Single(Read(new AgentEventReader(Original), Recorded.Json("""{"eventname":"MULTIVISOR_SUPERVISORD_SILENT","payload":{}}"""))));

    [Fact]
    public void D3_NumbersJumpAfterABurst_AsksForAFullRead()
    {
        var reader = new AgentEventReader(Original);

        Assert.Empty(Unknown(reader, "5"));
        Assert.Empty(Unknown(reader, "6"));
        Assert.Equal(["events were lost in a burst"], Unknown(reader, "97"));
        Assert.Empty(Unknown(reader, "98"));
        // supervisord delivers a rejected event again, with its old number.
        Assert.Empty(Unknown(reader, "97"));
        Assert.Empty(Unknown(reader, "99"));
        Assert.Equal(["events were lost in a burst"], Unknown(reader, "101"));
        Assert.Empty(Unknown(new AgentEventReader(Original with { Features = ["reconcile"] }), "1", "9"));
    }

    [Theory]
    [InlineData("""{"eventname":"PROCESS_STATE_RUNNING","payload":{}}""", true)]
    [InlineData("""{"eventname":"PROCESS_STATE_RUNNING"}""", true)]
    [InlineData("""{"eventname":"PROCESS_STATE_RUNNING","payload":{"process":null}}""", true)]
    [InlineData("""{"eventname":"PROCESS_GROUP_ADDED","payload":{"groupname":"g"}}""", true)]
    [InlineData("""{"eventname":"SUPERVISOR_STATE_CHANGE_RUNNING","payload":{}}""", true)]
    [InlineData("""{"eventname":"TICK_5","payload":{}}""", false)]
    [InlineData("""{"eventname":7}""", false)]
    [InlineData("""{}""", false)]
    [InlineData("\"First event to trigger connection. Please ignore me!\"", false)]
    public void Read_EventWithoutAProcess_AsksForAFullReadOnlyIfItMatters(string item, bool asks) =>
        Assert.Equal(asks ? 1 : 0, Read(new AgentEventReader(Original), Recorded.Json(item)).Count(c => c is LinkChange.Unknown));

    [Theory]
    [InlineData("Fault", "<Fault 10: 'BAD_NAME: zz'>", 10, "BAD_NAME: zz")]
    [InlineData("RPCError", "code=10, text='BAD_NAME: zz'", 10, "BAD_NAME: zz")]
    [InlineData("Fault", "<Fault 92: \"CANT_REREAD: it's broken\">", 92, "CANT_REREAD: it's broken")]
    [InlineData("Fault", "<Fault 6: 'SHUTDOWN_STATE'>", 6, "SHUTDOWN_STATE")]
    public void Translate_Fault_IsSupervisordsAnswer(string name, string message, int code, string text)
    {
        var fault = Assert.IsType<SupervisordFaultException>(AgentErrors.Translate(new RemoteException(name, message), "h:1"));

        Assert.Equal((code, text), (fault.Code, fault.Message));
    }

    [Theory]
    [InlineData("NameError", "nosuch")]
    [InlineData("ProtocolError", "<ProtocolError for 127.0.0.1/RPC2: 500 Internal Server Error>")]
    [InlineData("Fault", "<Fault 99999999999: 'x'>")]
    public void Translate_OtherError_NamesTheAddress(string name, string message)
    {
        var error = Assert.IsType<LinkException>(AgentErrors.Translate(new RemoteException(name, message), "h:1"));

        Assert.Equal($"h:1: the agent answered {name}: {message}", error.Message);
    }

    [Theory]
    [InlineData("zerorpc-eventlistener/remote_errors")]
    [InlineData("zerorpc-rpcinterface/remote_errors")]
    public void Translate_RecordedErrors_FaultsAreRecognised(string recording)
    {
        var errors = Recorded.Answers(recording, "ERR")
            .Select(e => AgentErrors.Translate(new RemoteException(AgentWire.Text(e.Items[0]), AgentWire.Text(e.Items[1])), "h:1"))
            .ToArray();

        Assert.Contains(errors, e => e is SupervisordFaultException { Fault: SupervisordFault.BadName });
        Assert.Contains(errors, e => e is LinkException);
        Assert.DoesNotContain(errors, e => e is null);
    }

    private static List<LinkChange> Read(AgentEventReader reader, RpcValue item)
    {
        List<LinkChange> changes = [];
        reader.Read(item, changes.Add);
        return changes;
    }

    private static string[] Unknown(AgentEventReader reader, params string[] serials) =>
    [
        .. serials.SelectMany(serial => Read(reader, Recorded.Json(
                """{"eventname":"PROCESS_STATE_RUNNING","pool":"mv","poolserial":"N","payload":{"process":{"name":"a","group":"g","state":20}}}"""
                    .Replace("N\"", $"{serial}\"", StringComparison.Ordinal))))
            .OfType<LinkChange.Unknown>().Select(c => c.Reason),
    ];

    private static string Member(RpcValue value, params string[] path)
    {
        foreach (var key in path)
            value.TryGetMember(key, out value);
        return AgentWire.Text(value);
    }
}
