using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary>What watches the server, and the description of the API.</summary>
public sealed partial class HealthTests
{
    [Fact]
    public async Task Ready_OnlyAfterEverySupervisorWasTriedOnce()
    {
        var silent = new DeadHost();
        await using var server = await TestServer.StartEarlyAsync($"[global]\n{silent.Section("silent")}");

        using var healthy = await server.SendAsync(HttpMethod.Get, "/healthz", null);
        using var early = await server.SendAsync(HttpMethod.Get, "/readyz", null);
        Assert.Equal((200, 503), ((int)healthy.StatusCode, (int)early.StatusCode));
        Assert.Contains("1 supervisor", JsonElement.Parse(await early.Content.ReadAsStringAsync()).GetProperty("message").GetString(), StringComparison.Ordinal);

        silent.Dispose();
        await server.Fleet.Supervisors[0].FirstAttempt.Soon();
        using var later = await server.SendAsync(HttpMethod.Get, "/readyz", null);
        Assert.Equal(200, (int)later.StatusCode);
    }

    [Fact]
    public async Task Metrics_AreWhatPrometheusReads_AndCountersOnlyGrow()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"), ScriptedAgent.Process("g:q", ProcessState.Fatal));
        using var dead = new DeadHost();
        await using var server = await TestServer.StartEarlyAsync($"{TestServer.Config(agent)}{dead.Section("dead")}");
        await server.Fleet.Supervisors[0].FirstAttempt.Soon();
        using var stream = await SseClient.OpenAsync(server);
        agent.ChangeState("g:p", ProcessState.Exited);
        await stream.NextAsync();

        using var response = await server.SendAsync(HttpMethod.Get, "/metrics", null);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var first = Read(await response.Content.ReadAsStringAsync());
        // Also what happened before somebody looked for the first time.
        Assert.True(first["multivisor_events_total"] >= 1);
        Assert.Equal((1, 1), (first["multivisor_supervisors{state=\"up\"}"], first["multivisor_supervisors{state=\"down\"}"]));
        Assert.Equal((1, 1, 0), (first["multivisor_processes{state=\"EXITED\"}"], first["multivisor_processes{state=\"FATAL\"}"], first["multivisor_processes{state=\"RUNNING\"}"]));

        // What the server itself costs.
        Assert.InRange(first["process_open_fds"], 3, first["process_max_fds"]);
        Assert.InRange(first["process_resident_memory_bytes"], 10e6, 10e9);
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - first["process_start_time_seconds"], -1, 3600);

        (await server.PostAsync("/api/process/start", ("uid", "s1:g:p"))).Dispose();
        await stream.UntilAsync(b => b.IsProcess("s1:g:p", "RUNNING"));
        var second = Read(await server.Client.GetStringAsync("/metrics"));
        Assert.True(second["multivisor_events_total"] >= first["multivisor_events_total"] + 2);
        Assert.True(second["multivisor_action_duration_seconds_count{action=\"process/start\"}"] >= 1);
        foreach (var (name, value) in first.Where(s => s.Key.Contains("_total", StringComparison.Ordinal) || s.Key.Contains("_seconds", StringComparison.Ordinal)))
            Assert.True(second[name] >= value, name);
    }

    [Fact]
    public async Task OpenApi_DescribesEveryRouteWithItsFields()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        var document = await server.GetJsonAsync("/api/openapi.json");

        var described = from path in document.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        select $"{operation.Name.ToUpperInvariant()} {path.Name}";
        var routes = server.Routes.Where(r => r.Pattern != "/api/openapi.json").Select(r => $"{r.Method} {r.Pattern}");
        Assert.Equal(routes.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!);
                Assert.Equal(operation.Name == "post" && path.Name is not ("/api/logout" or "/api/admin/reload" or "/api/process/log/{stream}/clear/{uid}"), operation.Value.TryGetProperty("requestBody", out _));
            }
        }

        var fields = document.GetProperty("paths").GetProperty("/api/process/signal").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema").GetProperty("required").EnumerateArray();
        Assert.Equal(["signal", "uid"], fields.Select(f => f.GetString()).Order(StringComparer.Ordinal));
    }

    /// <summary>Reads the text format strictly: HELP, TYPE, then the samples of that metric, each once.</summary>
    private static Dictionary<string, double> Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        var (metric, type, help) = ("", "", "");
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help = line.Split(' ', 4)[2];
                Assert.DoesNotContain(samples.Keys, k => k == help);
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                (metric, type) = (line.Split(' ')[2], line.Split(' ')[3]);
                Assert.Equal(help, metric);
                Assert.Contains(type, (string[])["gauge", "counter", "histogram"]);
                Assert.Equal(type == "counter", metric.EndsWith("_total", StringComparison.Ordinal));
            }
            else
            {
                var match = Sample().Match(line);
                Assert.True(match.Success, line);
                var name = match.Groups["name"].Value;
                Assert.True(name == metric || (type == "histogram" && name.StartsWith(metric + "_", StringComparison.Ordinal)), line);
                Assert.True(samples.TryAdd(name + match.Groups["labels"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)), line);
            }
        }

        return samples;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? (?<value>[0-9.eE+-]+)$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
