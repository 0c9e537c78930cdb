using System.Net.Http.Headers;
using System.Text.Json;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Golden;

/// <summary>Every recorded request again, to ours: the same answer, or the better one of <see cref="Improvements"/>.</summary>
public sealed class GoldenRestTests(OpenFleet open, ProtectedFleet @protected) : IClassFixture<OpenFleet>, IClassFixture<ProtectedFleet>
{
    /// <summary>Members that tell of the moment; only their type is compared.</summary>
    private static readonly string[] Volatile =
    [
        "now", "description", "start", "stop", "pid", "state", "statename", "running", "exitstatus", "spawnerr", "time",
        // The page asks for it to be masked; GoldenConfigFile compares the rest.
        "content",
        // Text of a log.
        "message", "size",
    ];

    /// <summary>Members that ours adds beside the original's.</summary>
    private static readonly string[] Added = ["link", "stale_processes", "stale"];

    public static TheoryData<string> Names => new(Recording.Names("rest").Concat(Recording.Names("rest-auth")));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Request_AsRecorded_IsAnsweredAsRecordedOrBetter(string name)
    {
        var recording = Recording.Load(name);
        RecordedFleet fleet = name.StartsWith("rest/", StringComparison.Ordinal) ? open : @protected;
        using var response = await SendAsync(fleet, recording);

        var improvement = Improvements.Of(recording);
        var reason = improvement?.Reason ?? "as the original";
        Assert.True((improvement?.Status ?? recording.Status) == (int)response.StatusCode, $"{(int)response.StatusCode}, expected: {reason}");
        Assert.Equal(improvement is null ? recording.MediaType : improvement.MediaType, response.Content.Headers.ContentType?.MediaType);
        await CompareBodyAsync(fleet, recording, response);
    }

    [Theory]
    [InlineData("rest/004-config_file")]
    [InlineData("rest-auth/010-config_file")]
    public async Task ConfigFile_OfTheRecording_IsTheTextWithoutItsPassword(string name)
    {
        RecordedFleet fleet = name.StartsWith("rest/", StringComparison.Ordinal) ? open : @protected;
        var recording = Recording.Load(name);
        using var response = await SendAsync(fleet, recording);

        var ours = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("content").GetString()!;
        var expected = recording.BodyJson!.Value.GetProperty("content").GetString()!
            .Replace("password=secret", "password=********", StringComparison.Ordinal);
        Assert.Equal(expected, fleet.Recorded(ours));
    }

    private static async Task<HttpResponseMessage> SendAsync(RecordedFleet fleet, Recording recording)
    {
        string? cookie = null;
        if (recording.SentCookie)
        {
            cookie = await fleet.Server.SignInAsync("admin", "secret");
            if (recording.Name.Contains("after_logout", StringComparison.Ordinal))
                (await fleet.Server.SendAsync(HttpMethod.Post, "/api/logout", cookie)).Dispose();
        }

        return await fleet.Server.SendAsync(new HttpMethod(recording.Method), recording.Address, cookie, recording.Content());
    }

    private static async Task CompareBodyAsync(RecordedFleet fleet, Recording recording, HttpResponseMessage response)
    {
        if (recording.IsStream && response.IsSuccessStatusCode)
        {
            await CompareStreamAsync(fleet, recording, response);
            return;
        }

        var body = await response.Content.ReadAsStringAsync().Soon();
        if (recording.Method == "HEAD" || recording.Method == "OPTIONS")
            Assert.Equal("", body);
        else if (recording.Name.EndsWith("data_trailing_slash", StringComparison.Ordinal))
            Assert.NotNull(JsonElement.Parse(body).GetProperty("supervisors").ToString());
        else if (Improvements.Of(recording) is { Status: >= 400 } && !body.Contains("errors", StringComparison.Ordinal))
            Assert.NotEmpty(JsonElement.Parse(body).GetProperty("message").GetString()!);
        else if (recording.BodyJson is { } expected)
            Compare(expected, JsonElement.Parse(fleet.Recorded(body)), "$");
        else if (recording.Status < 400)
            Assert.Equal(recording.Body, body);
        foreach (var header in (string[])["Allow", "Set-Cookie"])
            CompareHeader(header, recording, response);
    }

    private static void CompareHeader(string name, Recording recording, HttpResponseMessage response)
    {
        if (!recording.Headers.TryGetValue(name, out var recorded))
            return;
        var ours = string.Join(", ", response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value.ToString()));
        if (name == "Allow")
        {
            Assert.Superset(new HashSet<string>(["GET", "HEAD"], StringComparer.Ordinal), ours.Split(", ").ToHashSet(StringComparer.Ordinal));
            return;
        }

        // The same cookie, harder to steal: SameSite comes on top.
        Assert.StartsWith("session=", ours, StringComparison.Ordinal);
        foreach (var attribute in recorded.Split("; ").Skip(1).Where(a => !a.StartsWith("Max-Age", StringComparison.Ordinal)))
            Assert.Contains(attribute, ours, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task CompareStreamAsync(RecordedFleet fleet, Recording recording, HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        if (recording.Address == "/api/stream")
            fleet.Agents["lid001"].Change(fleet.Agents["lid001"].Find("PLC:wcid00b") with { Pid = Random.Shared.Next(100, 1_000_000) });
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        string? line;
        do
        {
            line = await reader.ReadLineAsync().Soon();
        }
        while (line is not null && !line.StartsWith("data: ", StringComparison.Ordinal));
        var expected = JsonElement.Parse(recording.Body.Split("\n\n")[0]["data: ".Length..]);
        var ours = JsonElement.Parse(line!["data: ".Length..]);
        if (recording.Address == "/api/stream")
            Assert.Equal(["payload", "event"], ours.EnumerateObject().Select(m => m.Name));
        Compare(Shape(expected), Shape(ours), "$");
    }

    /// <summary>Only the names and types of the first frame: which process comes first is chance.</summary>
    private static JsonElement Shape(JsonElement frame) => JsonElement.Parse(JsonSerializer.Serialize(
        (frame.TryGetProperty("payload", out var payload) ? payload : frame).EnumerateObject()
            .ToDictionary(m => m.Name, m => m.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "bool" : m.Value.ValueKind.ToString(), StringComparer.Ordinal)));

    private static void Compare(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.ValueKind == JsonValueKind.Object && actual.ValueKind == JsonValueKind.Object)
        {
            var members = actual.EnumerateObject().Where(m => !Added.Contains(m.Name)).ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
            Assert.Equal(expected.EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal), members.Keys.Order(StringComparer.Ordinal));
            foreach (var member in expected.EnumerateObject())
            {
                if (Volatile.Contains(member.Name))
                    Assert.True(IsSameType(member.Value, members[member.Name]), $"{path}.{member.Name}: {members[member.Name]}");
                else
                    Compare(member.Value, members[member.Name], $"{path}.{member.Name}");
            }

            return;
        }

        if (expected.ValueKind == JsonValueKind.Array)
            Assert.Equal(expected.EnumerateArray().Select(e => e.GetString()).Order(StringComparer.Ordinal), actual.EnumerateArray().Select(e => e.GetString()).Order(StringComparer.Ordinal));
        else
            Assert.True(expected.ToString() == actual.ToString() && IsSameType(expected, actual), $"{path}: {actual} instead of {expected}");
    }

    private static bool IsSameType(JsonElement expected, JsonElement actual) => expected.ValueKind == actual.ValueKind
        || (expected.ValueKind is JsonValueKind.True or JsonValueKind.False && actual.ValueKind is JsonValueKind.True or JsonValueKind.False);
}
