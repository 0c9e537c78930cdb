using System.Net.Sockets;
using System.Text;
using Multivisor.Server.Startup;
using Multivisor.Server.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Server.Tests.Access;

/// <summary>Clients that send what nobody sends, without an end, or nothing: each costs little and loses its own connection only.</summary>
public sealed class HostileClientTests
{
    private const string SignIn = "[global]\nusername=ops\npassword=secret word\n";

    private static readonly HttpLimits Short = new() { IdleLimit = TimeSpan.FromSeconds(2), HeadersLimit = TimeSpan.FromSeconds(2), SlowLimit = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData("a line without an end", "GET /api/auth?", "x", "414")]
    [InlineData("a head without an end", "GET /api/auth HTTP/1.1\r\nHost: x\r\nX-A: ", "x", "431")]
    [InlineData("headers without an end", "GET /api/auth HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n", "431")]
    [InlineData("a body without an end", "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nabcd\r\n", "413")]
    [InlineData("parts without an end", "POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n", "6\r\n--b\r\n\r\r\n", "400,413")]
    [InlineData("another protocol", "\0\u0001\u0002 not HTTP\r\n\r\n", "\0", "400")]
    public async Task Endless_IsRefusedAndClosed_WhileOthersAreServed(string what, string begin, string more, string expected)
    {
        await using var server = await TestServer.StartAsync(SignIn);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(begin));
        var sent = SendForeverAsync(socket, more);

        var answer = await ReadToEndAsync(socket);

        Assert.True(Array.Exists(expected.Split(','), status => answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal)) || answer.Length == 0, $"{what}: {answer}");
        // What the kernels of both ends hold besides.
        Assert.InRange(await sent, 0, 16 * 1024 * 1024);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, "/api/auth", null)).StatusCode);
    }

    [Theory]
    [InlineData("POST /api/login")]
    [InlineData("POST /api/process/stop")]
    [InlineData("POST /api/logs/follow")]
    [InlineData("POST /nope")]
    public async Task LargeBody_OfAStranger_IsNotRead(string request)
    {
        await using var server = await TestServer.StartAsync(SignIn);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"{request} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {HttpLimits.MaxBody}\r\n\r\nusername=a&password="));

        // An answer comes although the body does not.
        var answer = await ReadToEndAsync(socket);

        Assert.Matches("^HTTP/1.1 (401|404|413) ", answer);
    }

    [Fact]
    public async Task LargeBody_OfAUser_IsTaken()
    {
        await using var server = await TestServer.StartAsync(SignIn);
        var cookie = await server.SignInAsync("ops", "secret word");
        using var content = new FormUrlEncodedContent([new("uid", string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"host{i}:group:process{i}")))]);
        using var response = await server.SendAsync(HttpMethod.Post, "/api/process/stop", cookie, content);
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /api/auth HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    [InlineData("POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nusername=a")]
    public async Task Silence_InTheMiddle_IsClosed(string begin)
    {
        await using var server = await TestServer.StartAsync(SignIn, limits: Short);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(begin));

        var answer = await ReadToEndAsync(socket);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task Connections_OverTheLimit_AreClosedAtOnce_AndStreamsStay()
    {
        const int Most = 20;
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(TestServer.Config(agent), limits: new HttpLimits { MaxConnections = Most });
        using var stream = await SseClient.OpenAsync(server);
        var held = new List<Socket>();
        for (var i = 0; i < Most * 2; i++)
            held.Add(await server.ConnectAsync());

        var closed = 0;
        foreach (var socket in held)
            closed += await IsClosedAsync(socket) ? 1 : 0;
        Assert.InRange(closed, Most, (Most * 2) - 1);
        agent.ChangeState("g:p", Supervisord.ProcessState.Exited);
        Assert.True((await stream.NextAsync()).IsProcess("s1:g:p", "EXITED"));

        held.ForEach(socket => socket.Dispose());
        await Eventually.BecomesAsync(() => IsServedAsync(server), served => served, TimeSpan.FromSeconds(60));
        Assert.Matches("\nmultivisor_http_rejected_connections_total [1-9]", await server.Client.GetStringAsync("/metrics"));
    }

    /// <summary>The whole program, since memory of others is in that of the tests.</summary>
    [Fact]
    public async Task Crowd_OfAllKinds_CostsBoundedMemory()
    {
        const int Each = 100;
        // Bodies as long as a user's may be would be ten times as much for one of the five kinds alone.
        const long Most = 400_000_000;
        using var file = new TempFile("multivisor.conf", SignIn);
        var (program, address) = await ServerProcess.StartListeningAsync("-c", file.Path, "--bind", "127.0.0.1:0");
        await using var ended = program;
        using var client = new HttpClient { BaseAddress = address };
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
        var before = program.ResidentMemory;

        var sockets = new List<Socket>();
        var sending = new List<Task<long>>();
        for (var i = 0; i < Each; i++)
        {
            await BeginAsync("GET /", "x");
            await BeginAsync("GET / HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n");
            await BeginAsync("POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n", "40\r\n" + new string('a', 64) + "\r\n");
            await BeginAsync($"POST /api/process/stop HTTP/1.1\r\nHost: x\r\nContent-Length: {HttpLimits.MaxBody}\r\n\r\n", new string('a', 1000));
            await BeginAsync("GET /assets/none HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        }

        await Task.WhenAny(Task.WhenAll(sending), Task.Delay(TimeSpan.FromSeconds(8)));
        var during = program.ResidentMemory;
        Assert.True(during - before < Most, $"{during - before:N0} octets more");
        Assert.Equal("ok\n", await client.GetStringAsync("/healthz"));
        sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(sending).Soon();

        async Task BeginAsync(string begin, string more)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address.Host, address.Port);
            sockets.Add(socket);
            await socket.SendAsync(Encoding.ASCII.GetBytes(begin));
            sending.Add(SendForeverAsync(socket, more));
        }
    }

    /// <returns>How many octets could be sent before the connection ended.</returns>
    private static async Task<long> SendForeverAsync(Socket socket, string text)
    {
        var octets = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, Math.Max(1, 4096 / text.Length))));
        var total = 0L;
        try
        {
            while (true)
                total += await socket.SendAsync(octets);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return total;
        }
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var (buffer, text) = (new byte[16 * 1024], new StringBuilder());
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None).Soon() is > 0 and var read)
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // It was reset, since we go on sending.
        }

        return text.ToString();
    }

    private static async Task<bool> IsServedAsync(TestServer server)
    {
        try
        {
            using var response = await server.Client.GetAsync("/healthz");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> IsClosedAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            return await socket.ReceiveAsync(new byte[1], SocketFlags.None, limit.Token) == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
