using System.Net;
using System.Net.Sockets;
using Multivisor.Server.Tests.Support;
using Multivisor.ZeroRpc;

namespace Multivisor.Server.Tests;

/// <summary>The built program, as a user starts and stops it.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_NamesEveryOption()
    {
        var (code, output, errors) = await ServerProcess.RunAsync("--help");
        Assert.Equal((0, 0), (code, errors.Count));
        foreach (var option in (string[])["--bind", "-c", "--config-file", "--log-level", "--check", "--help", "--version"])
            Assert.Contains(output, line => line.Contains(option, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_IsOneLine()
    {
        var (code, output, _) = await ServerProcess.RunAsync("--version");
        Assert.Equal(0, code);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", Assert.Single(output));
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--log-level", "LOUD")]
    [InlineData("surprise")]
    [InlineData("--bind", "http://x:1", "-c", "/dev/null")]
    public async Task WrongArguments_AreSaidAndExitWith2(params string[] arguments)
    {
        var (code, _, errors) = await ServerProcess.RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.All(errors, line => Assert.StartsWith("multivisor: ", line, StringComparison.Ordinal));
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task Check_GoodConfiguration_SaysWhatItHolds()
    {
        using var file = new TempFile("good.conf", "[global]\nname=x\n[supervisor:a]\nurl=localhost:1\n[supervisor:b]\n");
        var (code, output, errors) = await ServerProcess.RunAsync("-c", file.Path, "--check");
        Assert.Equal((0, 0), (code, errors.Count));
        Assert.Equal(
            [
                $"{file.Path}: valid, 2 supervisors, sign-in off",
                "listens on localhost:22000: only this machine can connect, because no sign-in is configured; add a [user:NAME] section (multivisor hash-password), or choose an address with --bind",
                "supervisor a: agent at tcp://localhost:1, not protected",
                "supervisor b: agent at tcp://b:9002, not protected",
            ],
            output);
    }

    [Theory]
    [InlineData("", "0 supervisors")]
    [InlineData("[supervisor:a]\n", "1 supervisor")]
    public async Task Check_CountsSupervisors(string sections, string count)
    {
        using var file = new TempFile("few.conf", $"[global]\n{sections}");
        var (_, output, _) = await ServerProcess.RunAsync("-c", file.Path, "--check");
        Assert.Equal($"{file.Path}: valid, {count}, sign-in off", output[0]);
    }

    [Fact]
    public async Task Check_EverythingThereIs_IsSaidWithoutSecrets()
    {
        using var file = new TempFile("good.conf", """
            [global]
            username = boss
            password = CANARY-1
            user_header = X-User
            trusted_proxies = 127.0.0.1
            tls_ca = /ca.pem
            token_file = /token
            [user:eva]
            password = CANARY-2
            role = operator
            scope = web*
            [user:proxied]
            [token:deploy]
            hash = {SHA256}0000000000000000000000000000000000000000000000000000000000000000
            [supervisor:a]
            url = tls://a:9002, http://sup:CANARY-3@a:9001
            [supervisor:b]
            url = unix:///run/b.sock
            username = ops
            password = CANARY-4
            colour = red
            [supervisor:c]
            url = ssh://me@c/run/c.sock
            [discovery:hall]
            dns = hall.example

            """);
        var (code, output, errors) = await ServerProcess.RunAsync("-c", file.Path, "--check");

        Assert.Equal(0, code);
        Assert.Equal(
            [
                "listens on *:22000",
                "username of [global], not shown: admin",
                "user eva: operator of web*",
                "user proxied: viewer, by the proxy only",
                "token deploy: viewer",
                "others by the header X-User: refused",
                "supervisor a: agent at tls://a:9002, TLS (signed by /ca.pem, says a token), else supervisord itself at http://a:9001 as sup, not protected",
                "supervisor b: supervisord itself at unix:///run/b.sock as ops",
                "supervisor c: supervisord itself at ssh://me@c/run/c.sock",
                "discovery hall: addresses of hall.example, looked at every 30 s",
            ],
            output.Skip(1));
        Assert.EndsWith(": valid, 3 supervisors, sign-in on", output[0], StringComparison.Ordinal);
        Assert.Contains(errors, e => e.StartsWith($"warning: {file.Path}:21: key 'colour'", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("warning: the password of user 'eva'", StringComparison.Ordinal));
        Assert.DoesNotContain("CANARY", string.Concat(output.Concat(errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_BadConfiguration_ListsAllErrorsWithFileAndLine()
    {
        using var file = new TempFile("bad.conf", "[global]\nname=%x\n[supervisor:a]\nurl=localhost:99999\n[supervisor:b]\nurl=zmq://h:9001\n");
        var (code, _, errors) = await ServerProcess.RunAsync("-c", file.Path, "--check");
        Assert.Equal(2, code);
        foreach (var line in (int[])[2, 4, 6])
            Assert.Contains(errors, e => e.StartsWith($"multivisor: {file.Path}:{line}: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MissingFile_IsSaidAndExitsWith2()
    {
        var (code, _, errors) = await ServerProcess.RunAsync("-c", "/nonexistent/multivisor.conf");
        Assert.Equal(2, code);
        Assert.Contains("/nonexistent/multivisor.conf", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignInWithoutSecret_IsSaidAndExitsWith2()
    {
        using var file = new TempFile("multivisor.conf", "[global]\nusername=a\npassword=CANARY-password\n[supervisor:s1]\n");
        await using var program = ServerProcess.StartWithoutSecret("-c", file.Path, "--bind", "127.0.0.1:0");
        Assert.Equal(2, await program.ExitAsync());
        Assert.Contains("MULTIVISOR_SECRET_KEY", Assert.Single(program.Errors), StringComparison.Ordinal);

        await using var check = ServerProcess.StartWithoutSecret("-c", file.Path, "--check");
        Assert.Equal(0, await check.ExitAsync());
        Assert.Contains(check.Errors, error => error.Contains("MULTIVISOR_SECRET_KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PortInUse_IsSaidInOneLineAndExitsWith1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;
        using var file = new TempFile("multivisor.conf", "[global]\n");
        var (code, _, errors) = await ServerProcess.RunAsync("-c", file.Path, "--bind", address);
        AssertFailed(code, errors, address);
    }

    [Fact]
    public async Task HostThatDoesNotExist_IsSaidInOneLineAndExitsWith1()
    {
        using var file = new TempFile("multivisor.conf", "[global]\n");
        var (code, _, errors) = await ServerProcess.RunAsync("-c", file.Path, "--bind", "no-such-host.invalid:0");
        AssertFailed(code, errors, "no-such-host.invalid");
    }

    /// <summary>One line that says what is wrong; a warning about the configuration may stand beside it.</summary>
    private static void AssertFailed(int code, IReadOnlyList<string> errors, string what)
    {
        Assert.Equal(1, code);
        var line = Assert.Single(errors, e => !e.StartsWith("WARN ", StringComparison.Ordinal));
        Assert.StartsWith("multivisor: cannot listen on ", line, StringComparison.Ordinal);
        Assert.Contains(what, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExplicitBind_IsHonouredWithAWarningWhenOpen()
    {
        using var file = new TempFile("multivisor.conf", "[global]\n");
        await using var program = ServerProcess.Start("-c", file.Path, "--bind", "0:0");
        await program.LogAsync("listening on http://0.0.0.0:");
        Assert.StartsWith("WARN", await program.LogAsync("no sign-in is configured"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Term_WithStreamsAndAnActionOnTheirWay_StopsWithinTwoSeconds()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Hold("stopProcess");
        using var file = new TempFile("multivisor.conf", TestServer.Config(agent));
        var (program, address) = await ServerProcess.StartListeningAsync("-c", file.Path, "--bind", "127.0.0.1:0");
        await using (program)
        {
            await program.LogAsync("connected to");
            using var client = new HttpClient { BaseAddress = address };
            var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead)));
            using var log = await client.GetAsync("/api/process/log/out/tail/s1:g:p", HttpCompletionOption.ResponseHeadersRead);
            var action = client.PostAsync("/api/process/stop", new FormUrlEncodedContent([new("uid", "s1:g:p")]));
            await Limits.EventuallyAsync(() => agent.Calls.Any(c => c.StartsWith("stopProcess", StringComparison.Ordinal)), "the action is on its way");

            await program.SignalAsync("TERM");
            Assert.Equal(0, await program.ExitAsync().WaitAsync(TimeSpan.FromSeconds(10)));
            Assert.Contains("stopped", program.Errors[^1], StringComparison.Ordinal);
            using var unknown = await action.Soon();
            Assert.Equal(503, (int)unknown.StatusCode);
            Assert.All(streams, s => Assert.Equal(200, (int)s.StatusCode));
        }
    }

    [Fact]
    public async Task Hup_ReadsTheConfigurationAgain()
    {
        using var file = new TempFile("multivisor.conf", "[global]\nname=before\n");
        var (program, address) = await ServerProcess.StartListeningAsync("-c", file.Path, "--bind", "127.0.0.1:0");
        await using (program)
        {
            using var client = new HttpClient { BaseAddress = address };
            Assert.Contains("before", await client.GetStringAsync("/api/data"), StringComparison.Ordinal);
            file.Write("[global]\nname=after\n");
            await program.SignalAsync("HUP");
            await program.LogAsync("read again");
            Assert.Contains("after", await client.GetStringAsync("/api/data"), StringComparison.Ordinal);

            file.Write("[global]\nname=%\n");
            await program.SignalAsync("HUP");
            Assert.Contains(":2:", await program.LogAsync("stays as it was"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Log_DebugLevelAndHostilePeer_IsOneLinePerEventWithoutSecrets()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Failures["event_stream"] = new RemoteException("Oops", "first\r\nERROR 2026-01-01 00:00:00.000 forged: line\u2028end");
        using var file = new TempFile("multivisor.conf", TestServer.Config("username=CANARY-user\npassword=CANARY-password\n", agent));
        var (program, address) = await ServerProcess.StartListeningAsync("-c", file.Path, "--bind", "127.0.0.1:0", "--log-level", "DEBUG");
        await using (program)
        {
            using var client = new HttpClient { BaseAddress = address };
            using var wrong = await client.PostAsync("/api/login", new FormUrlEncodedContent([new("username", "a\nERROR forged: b"), new("password", "CANARY-password")]));
            using var right = await client.PostAsync("/api/login", new FormUrlEncodedContent([new("username", "CANARY-user"), new("password", "CANARY-password")]));
            using var odd = await client.GetAsync("/api/process/info/a%0AERROR%20forged:%20b?password=x");
            Assert.Equal((400, 200), ((int)wrong.StatusCode, (int)right.StatusCode));
            await program.LogAsync("forged");
            await program.SignalAsync("TERM");
            Assert.Equal(0, await program.ExitAsync());
        }

        Assert.All(program.Errors, line => Assert.Matches("^(DEBUG|INFO|WARN|ERROR) [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]{12} [A-Za-z0-9._]+: ", line));
        Assert.DoesNotContain(program.Errors, line => line.Contains("CANARY", StringComparison.Ordinal) || line.StartsWith("ERROR 2026-01-01", StringComparison.Ordinal));
    }
}
