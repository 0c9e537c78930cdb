using System.Text;
using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
using Multivisor.Server.EventStream;
using Multivisor.Server.State;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary>What is written by hand is, octet for octet, what the shapes of the contract are written as.</summary>
public sealed class FrameTests
{
    private const long Id = 1_795_454_888_000_001;

    private static readonly string[] Texts = ["", "plain", "\"quoted\" \\ <b>&amp;</b>", "line\nfeed\ttab\0nul", "žluťoučký 🐎", "\ud800 lone", new string('x', 5000)];

    public static TheoryData<int, bool?> Processes =>
        new MatrixTheoryData<int, bool?>(Enumerable.Range(0, Texts.Length), [null, true, false]);

    [Theory]
    [MemberData(nameof(Processes))]
    public void Process_IsWrittenAsItsShape(int text, bool? expected)
    {
        var process = Process(Texts[text], expected);
        var shape = JsonShapes.Of(process);

        var member = Encoding.UTF8.GetString(ProcessBytes.MemberOf(process).Span);
        var whole = JsonSerializer.Serialize(new Dictionary<string, ProcessJson> { [process.Uid] = shape }, Wire<Dictionary<string, ProcessJson>>());
        Assert.Equal(whole[1..^1], member);

        var json = JsonSerializer.Serialize(new StreamEvent<ProcessJson>(shape, StreamEvents.ProcessChanged), ContractJson.Wire.StreamEventProcessJson);
        Assert.Equal(Frame(json), Encoding.UTF8.GetString(StreamFrame.Make(Id, new FleetChange.ProcessChanged(process))));
    }

    [Theory]
    [InlineData(NotificationLevel.Info, 0)]
    [InlineData(NotificationLevel.Warning, 1_795_454_888_123)]
    [InlineData(NotificationLevel.Error, 1_795_454_888_000)]
    public void Notification_IsWrittenAsItsShape(NotificationLevel level, long milliseconds)
    {
        foreach (var text in Texts)
        {
            var notification = new FleetChange.Notification(text, level, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
            var json = JsonSerializer.Serialize(
                new StreamEvent<NotificationJson>(JsonShapes.Of(notification), StreamEvents.Notification), ContractJson.Wire.StreamEventNotificationJson);
            Assert.Equal(Frame(json), Encoding.UTF8.GetString(StreamFrame.Make(Id, notification)));
        }
    }

    [Fact]
    public void SupervisorAndResync_AreWrittenAsTheirShapes()
    {
        var supervisor = new SupervisorSnapshot
        {
            Name = "s",
            Url = "s:9002",
            Host = "s",
            IsRunning = true,
            Processes = ProcessTable.From("s", "s", [Process("b", null).Info, Process("a", null).Info]),
            Link = new LinkStatus(LinkState.Connected, DateTimeOffset.UnixEpoch) { Address = "s:9002" },
        };
        var shape = new StreamEvent<SupervisorJson>(JsonShapes.Of(supervisor), StreamEvents.SupervisorChanged);
        Assert.Equal(
            Frame(JsonSerializer.Serialize(shape, ContractJson.Wire.StreamEventSupervisorJson)),
            Encoding.UTF8.GetString(StreamFrame.Make(Id, new FleetChange.SupervisorChanged(supervisor))));

        var resync = new StreamEvent<ResyncJson>(new ResyncJson("\"why\"\n"), StreamEvents.Resync);
        Assert.Equal(
            Frame(JsonSerializer.Serialize(resync, ContractJson.Wire.StreamEventResyncJson)),
            Encoding.UTF8.GetString(StreamFrame.Make(Id, new FleetChange.Resync("\"why\"\n"))));
    }

    private static string Frame(string json) => $"id: {Id}\ndata: {json}\n\n";

    private static System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> Wire<T>() =>
        (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)new JsonSerializerOptions(ContractJson.Wire.Options)
        {
            TypeInfoResolver = System.Text.Json.Serialization.Metadata.JsonTypeInfoResolver.Combine(
                ContractJson.Wire, new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver()),
        }.GetTypeInfo(typeof(T));

    private static ProcessSnapshot Process(string text, bool? expected) => new("s" + text, "h" + text, new ProcessInfo
    {
        Name = "n" + text,
        Group = "g" + text,
        State = ProcessState.Exited,
        StateName = "EXITED" + text,
        Start = 1,
        Stop = 2,
        Now = long.MaxValue,
        Pid = 4,
        ExitStatus = -1,
        SpawnError = text,
        Description = text,
        LogFile = "l" + text,
        StdoutLogFile = "o" + text,
        StderrLogFile = "e" + text,
    })
    { ExitExpected = expected };
}
