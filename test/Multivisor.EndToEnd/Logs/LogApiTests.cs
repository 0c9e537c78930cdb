using System.Net;
using System.Text;
using System.Text.Json;
using Multivisor.EndToEnd.Support;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Logs;

/// <summary>The API of logs over the whole chain: server, agent, supervisord, files.</summary>
[Collection(Alone.Name)]
public sealed class LogApiTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>What it is told goes to its stdout; the second one also has a log of stderr.</summary>
    private const string Programs = """
        [program:cat]
        command=/bin/cat
        stdout_logfile={dir}/cat.log
        stdout_logfile_maxbytes=1000
        stderr_logfile=NONE
        startsecs=0
        [program:two]
        command=/bin/sh -c "echo wrong >&2; exec cat"
        stdout_logfile={dir}/two.log
        stderr_logfile={dir}/two.err
        startsecs=0
        [program:none]
        command=/bin/sleep 1000
        stdout_logfile=NONE
        stderr_logfile=NONE
        startsecs=0
        """;

    [Fact]
    public async Task Logs_OverTheWholeChain_AreExact()
    {
        await using var supervisord = await Site.StartAsync("s1", Programs);
        await using var server = await ServerProcess.StartAsync(("s1", supervisord.AgentPort));
        await using var direct = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromSeconds(100) };
        await direct.SendProcessStdinAsync("cat", "größe\u0001\n");

        // Followed, left, and resumed after a rotation.
        string id;
        using (var stream = await LogStream.OpenAsync(http, "/api/process/log/out/follow/s1:cat:cat"))
        {
            await stream.UntilAsync("größe\u0001\n");
            Assert.Equal("opened", stream.Names[0]);
            id = stream.LastId!;
        }

        await direct.SendProcessStdinAsync("cat", new string('a', 1200) + "\n");
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(supervisord.Folder, "cat.log.1")), Limit);
        await direct.SendProcessStdinAsync("cat", "after\n");
        using (var stream = await LogStream.OpenAsync(http, "/api/process/log/out/follow/s1:cat:cat", id))
        {
            await stream.UntilAsync(new string('a', 1200) + "\nafter\n");
            Assert.Equal(["opened", "rotated"], stream.Names.Where(n => n != "lines").Distinct());
            await direct.ClearProcessLogsAsync("cat");
            await stream.UntilNameAsync("cleared");
            await direct.SendProcessStdinAsync("cat", "ERROR new\nend\n");
            await stream.UntilAsync(new string('a', 1200) + "\nafter\nERROR new\nend\n");
        }

        // Parts, the whole, lines.
        Assert.Equal("ROR", await http.GetStringAsync("/api/process/log/out/range/s1:cat:cat?from=2&to=5"));
        Assert.Equal("a\nERROR", await http.GetStringAsync("/api/process/log/out/range/s1:cat:cat?from=-2&to=5"));
        using (var download = await http.GetAsync("/api/process/log/out/download/s1:cat:cat"))
        {
            Assert.Equal("ERROR new\nend\n", await download.Content.ReadAsStringAsync());
            Assert.Equal(("cat.log", "text/plain"), (download.Content.Headers.ContentDisposition?.FileName, download.Content.Headers.ContentType?.MediaType));
            Assert.Equal("0", download.Headers.GetValues("Log-From").Single());
        }

        Assert.StartsWith("größe\u0001\naaa", await http.GetStringAsync("/api/process/log/out/download/s1:cat:cat?rotated=true"), StringComparison.Ordinal);
        var found = await JsonAsync(http, "/api/process/log/out/search/s1:cat:cat?q=error&after=1");
        Assert.Equal(["ERROR new", "end"], found.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("text").GetString()));
        Assert.Equal((1, ""), (found.GetProperty("matches").GetInt32(), found.GetProperty("incomplete").GetString()));

        // The original's form, and supervisord's own log in it.
        using (var tail = await LogStream.OpenAsync(http, "/api/process/log/out/tail/s1:cat:cat"))
            await tail.FindAsync(b => b.Data == "{\"message\":\"ERROR new\\nend\\n\",\"size\":14}");
        using (var main = await LogStream.OpenAsync(http, "/api/supervisor/log/tail/s1"))
            Assert.Contains("cat", (await main.NextAsync()).Data, StringComparison.Ordinal);
        Assert.Contains("supervisord started", await http.GetStringAsync("/api/supervisor/log/download/s1"), StringComparison.Ordinal);

        // Several in one.
        using (var merged = await LogStream.OpenAsync(http, "/api/logs/follow?uid=s1:*&stream=out,err"))
        {
            await merged.UntilAsync(text => text.Contains("ERROR new", StringComparison.Ordinal) && text.Contains("wrong", StringComparison.Ordinal));
            await direct.SendProcessStdinAsync("two", "from two\n");
            var line = await merged.FindAsync(b => b.Data.Contains("from two", StringComparison.Ordinal));
            var data = JsonElement.Parse(line.Data);
            Assert.Equal(("s1:two:two", "out"), (data.GetProperty("uid").GetString(), data.GetProperty("stream").GetString()));
        }

        await ClearAsync(http, supervisord);
        await RefusalsAsync(http);
    }

    private static async Task ClearAsync(HttpClient http, SupervisordInstance supervisord)
    {
        using (var both = await http.PostAsync("/api/process/log/out/clear/s1:two:two", null))
            Assert.Equal(HttpStatusCode.Conflict, both.StatusCode);
        using (var one = await http.PostAsync("/api/process/log/out/clear/s1:cat:cat", null))
            Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.Equal(0, new FileInfo(Path.Combine(supervisord.Folder, "cat.log")).Length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/process/log/clear") { Content = new FormUrlEncodedContent([new("uid", "s1:two:two,s1:none:none")]) };
        request.Headers.Accept.ParseAdd("application/json");
        using var all = await http.SendAsync(request);
        var results = JsonElement.Parse(await all.Content.ReadAsStringAsync()).GetProperty("results").EnumerateArray();
        Assert.Equal(["done", "skipped"], results.Select(r => r.GetProperty("outcome").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(0, new FileInfo(Path.Combine(supervisord.Folder, "two.err")).Length);
    }

    private static async Task RefusalsAsync(HttpClient http)
    {
        foreach (var (path, status) in ((string, int)[])
        [
            ("/api/process/log/out/follow/s1:none:none", 404),
            ("/api/process/log/err/follow/s1:cat:cat", 404),
            ("/api/process/log/out/follow/s1:nope:nope", 404),
            ("/api/process/log/other/follow/s1:cat:cat", 400),
            ("/api/process/log/out/follow/s1:cat:cat?from=x", 400),
            ("/api/process/log/out/follow/s1:cat:cat?lines=-1", 400),
            ("/api/process/log/out/range/s1:cat:cat?from=x", 400),
            ("/api/process/log/out/range/s1:cat:cat?file=1-2", 404),
            ("/api/process/log/out/range/s1:cat:cat?file=/etc/passwd", 400),
            ("/api/process/log/out/search/s1:cat:cat", 400),
            ("/api/process/log/out/search/s1:cat:cat?q=(&regex=true", 400),
            ("/api/supervisor/log/tail/nope", 404),
            ("/api/logs/follow", 400),
            ("/api/logs/follow?uid=s1:none:none", 404),
            ("/api/logs/follow?uid=s1:cat:cat&stream=x", 400),
        ])
        {
            using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal((path, status), (path, (int)answer.StatusCode));
            Assert.NotEmpty(JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("message").GetString()!);
        }
    }

    private static async Task<JsonElement> JsonAsync(HttpClient http, string path) => JsonElement.Parse(await http.GetStringAsync(path));

    /// <summary>A stream of server-sent events of a log.</summary>
    private sealed class LogStream : IDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly StreamReader _reader;
        private readonly StringBuilder _text = new();

        private LogStream(HttpResponseMessage response, Stream body)
        {
            _response = response;
            _reader = new StreamReader(body);
        }

        public List<string> Names { get; } = [];

        public string? LastId { get; private set; }

        public static async Task<LogStream> OpenAsync(HttpClient http, string path, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (lastEventId is not null)
                request.Headers.Add("Last-Event-ID", lastEventId);
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return new LogStream(response.EnsureSuccessStatusCode(), await response.Content.ReadAsStreamAsync());
        }

        public Task UntilAsync(string text) => UntilAsync(all => all == text);

        public async Task UntilAsync(Func<string, bool> isRight)
        {
            while (!isRight(_text.ToString()))
                await NextAsync();
        }

        public Task<(string Name, string Data)> UntilNameAsync(string name) => FindAsync(b => b.Name == name);

        public async Task<(string Name, string Data)> FindAsync(Func<(string Name, string Data), bool> wanted)
        {
            while (true)
            {
                if (await NextAsync() is var block && wanted(block))
                    return block;
            }
        }

        /// <summary>The next event; comments are passed over.</summary>
        public async Task<(string Name, string Data)> NextAsync()
        {
            var (name, data) = ("", "");
            while (true)
            {
                string line;
                try
                {
                    line = await _reader.ReadLineAsync().WaitAsync(Limit) ?? throw new EndOfStreamException($"ended after: {_text}");
                }
                catch (TimeoutException e)
                {
                    throw new TimeoutException($"nothing more came after: {_text} {string.Join(',', Names)}", e);
                }

                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                else if (line.StartsWith("id: ", StringComparison.Ordinal))
                    LastId = line[4..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    data = line[6..];
                if (line.Length > 0 || data.Length == 0)
                    continue;
                Names.Add(name);
                if (name == "lines")
                    _text.Append(JsonElement.Parse(data).GetProperty("text").GetString());
                return (name, data);
            }
        }

        public void Dispose()
        {
            _reader.Dispose();
            _response.Dispose();
        }
    }
}
