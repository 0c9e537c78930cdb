using System.Text.Json;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Golden;

/// <summary>The recorded changes again, from agents of ours: the frames that the original's page got.</summary>
public sealed class GoldenStreamTests
{
    [Fact]
    public async Task Stream_ChangesAsRecorded_SendsTheRecordedFramesInOrder()
    {
        // A process that changed without a notification had been read anew with its whole supervisor; those frames are another test's.
        var frames = Recording.Frames();
        var changes = frames.Zip(frames.Skip(1))
            .Where(pair => Name(pair.First) == "process_changed" && Name(pair.Second) == "notification")
            .Select(pair => (Process: pair.First.GetProperty("payload"), Text: Payload(pair.Second, "message")))
            .Where(change => change.Process.GetProperty("supervisor").GetString() == "lid001")
            .ToArray();
        Assert.True(changes.Length > 50);

        // Each process begins as the first notification says that it was.
        var firsts = changes.DistinctBy(c => c.Process.GetProperty("uid").GetString())
            .Select(c => ScriptedAgent.Process(c.Process.GetProperty("full_name").GetString()!) with { StateName = c.Text.Split(' ')[^3] })
            .ToArray();
        await using var agent = ScriptedAgent.Start("lid001", firsts);
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);

        var states = firsts.ToDictionary(p => p.Namespec, p => p.StateName, StringComparer.Ordinal);
        foreach (var (process, text) in changes)
        {
            var info = Recording.ProcessOf(process);
            // The recording has gaps where supervisors came and went; then the state before is not the one that was told last.
            if (states[info.Namespec] != text.Split(' ')[^3])
                continue;
            states[info.Namespec] = info.StateName;
            agent.Change(info);
            var changed = await stream.NextAsync();
            Assert.Equal("process_changed", changed.Event);
            AssertSame(process, changed.Payload);
            var notification = await stream.NextAsync();
            Assert.Equal(["message", "level", "time"], notification.Payload.EnumerateObject().Select(m => m.Name));
            // Better than recorded: the original says INFO whatever happened.
            var level = info.State switch
            {
                Supervisord.ProcessState.Fatal => "ERROR",
                Supervisord.ProcessState.Backoff or Supervisord.ProcessState.Unknown => "WARNING",
                _ => "INFO",
            };
            Assert.Equal($"notification {level} {text}", $"{notification.Event} {Payload(notification.Data, "level")} {notification.Message}");
        }

        Assert.Equal("RUNNING", states["Counter:exits_10s"]);
    }

    [Fact]
    public async Task Stream_SupervisorLostAndBack_SendsTheRecordedObjects()
    {
        var recorded = Recording.Frames().Where(f => Name(f) == "supervisor_changed").Select(f => f.GetProperty("payload")).ToArray();
        var offline = Array.Find(recorded, p => !p.GetProperty("running").GetBoolean());
        var online = Array.Find(recorded, p => p.GetProperty("running").GetBoolean());
        var processes = online.GetProperty("processes").EnumerateObject().Select(p => Recording.ProcessOf(p.Value)).ToArray();
        await using var agent = ScriptedAgent.Start("lid002", processes);
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);

        await agent.StopAsync();
        var lost = await stream.UntilAsync(b => b.IsSupervisor("lid002", running: false));
        await agent.ComeBackAsync();
        var back = await stream.UntilAsync(b => b.IsSupervisor("lid002", running: true));

        AssertSame(Without(offline, "url"), Without(lost.Payload, "url", "link", "stale_processes"));
        AssertSame(Without(online, "url", "pid"), Without(back.Payload, "url", "pid", "link"));
    }

    private static string? Name(JsonElement frame) => frame.GetProperty("event").GetString();

    private static string Payload(JsonElement frame, string member) => frame.GetProperty("payload").GetProperty(member).GetString()!;

    private static JsonElement Without(JsonElement json, params string[] members) => JsonElement.Parse(JsonSerializer.Serialize(
        json.EnumerateObject().Where(m => !members.Contains(m.Name)).ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal)));

    private static void AssertSame(JsonElement expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(expected, actual), $"expected {expected}\nactual   {actual}");
}
