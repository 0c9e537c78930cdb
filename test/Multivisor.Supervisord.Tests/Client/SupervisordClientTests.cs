using System.Diagnostics;
using Multivisor.Supervisord.XmlRpc;
using Multivisor.Testing;

namespace Multivisor.Supervisord.Tests.Client;

/// <summary>Our client against a real supervisord, over both kinds of socket.</summary>
public sealed class SupervisordClientTests
{
    private const string Programs = """
        [program:cat]
        command=/bin/cat
        stdout_logfile={dir}/cat.log
        stderr_logfile=NONE
        startsecs=0
        [program:noisy]
        command=/bin/sh -c "printf 'a\\000b\\033[1mc\\r\\nd'; exec sleep 1000"
        stdout_logfile={dir}/noisy.log
        stderr_logfile=NONE
        startsecs=0
        [program:slow]
        command=/bin/sh -c "trap '' TERM; touch {dir}/deaf; while :; do sleep 0.1; done"
        stopwaitsecs=1
        stdout_logfile=NONE
        stderr_logfile=NONE
        startsecs=0
        """;

    [Theory]
    [InlineData("unix", false)]
    [InlineData("unix", true)]
    [InlineData("http", false)]
    [InlineData("http", true)]
    public async Task EveryMethod_RealSupervisord_AnswersAsTold(string kind, bool password)
    {
        await using var sup = await StartAsync(kind, password);
        await using var client = Client(sup, password);

        Assert.Equal("3.0", await client.GetApiVersionAsync());
        Assert.StartsWith("4.", await client.GetSupervisorVersionAsync(), StringComparison.Ordinal);
        Assert.Equal("sup", await client.GetIdentificationAsync());
        Assert.Equal(new SupervisordStateInfo(1, "RUNNING"), await client.GetStateAsync());
        Assert.Equal(sup.Pid, await client.GetPidAsync());
        Assert.Contains("supervisor.getAllProcessInfo", await client.ListMethodsAsync());
        Assert.Contains("state", await client.MethodHelpAsync("supervisor.getState"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["struct"], await client.MethodSignatureAsync("supervisor.getState"));
        Assert.Contains("supervisord started", await client.ReadMainLogAsync(0, 0), StringComparison.Ordinal);
        Assert.Equal(["cat", "noisy", "slow"], (await client.GetAllProcessInfoAsync()).Select(p => p.Name));
        Assert.Equal(["cat", "noisy", "slow"], (await client.GetAllConfigInfoAsync()).Select(p => p.Name));

        Assert.Empty(await client.StopProcessAsync("cat"));
        Assert.Equal(ProcessState.Stopped, (await client.GetProcessInfoAsync("cat")).State);
        Assert.Equal(new ProcessStatus("cat", "cat", 80, "OK"), Assert.Single(await client.StartProcessAsync("cat:*")));
        Assert.Equal(ProcessState.Running, (await client.GetProcessInfoAsync("cat:cat")).State);
        Assert.Single(await client.SignalProcessGroupAsync("cat", "CONT"));
        Assert.Empty(await client.SignalProcessAsync("cat", "18"));
        await client.SendRemoteCommEventAsync("type", "data");

        var fault = await Assert.ThrowsAsync<SupervisordFaultException>(() => client.GetProcessInfoAsync("zz"));
        Assert.Equal((10, SupervisordFault.BadName, "BAD_NAME: zz"), (fault.Code, fault.Fault, fault.Message));
        Assert.Equal(60, (await Assert.ThrowsAsync<SupervisordFaultException>(() => client.StartProcessAsync("cat"))).Code);

        var results = await client.MulticallAsync([new("supervisor.getPID"), new("supervisor.getProcessInfo", "zz"), new("supervisor.getIdentification")]);
        Assert.Equal(sup.Pid, results[0].Value);
        Assert.Equal(10, results[1].Fault?.Code);
        Assert.Equal("sup", results[2].Value);
    }

    [Fact]
    public async Task Logs_ControlCharactersAndStdin_ArriveAsWritten()
    {
        await using var sup = await StartAsync("unix", false);
        await using var client = Client(sup, false);
        const string Written = "a\0b\u001b[1mc\r\nd";
        var log = await Eventually.BecomesAsync(() => client.ReadProcessStdoutLogAsync("noisy", 0, 0), t => t.Length == Written.Length, TimeSpan.FromSeconds(30));
        Assert.Equal(Written, log);
        Assert.Equal(new LogTail(Written, Written.Length, false), await client.TailProcessStdoutLogAsync("noisy", 0, 100));
        Assert.Equal(new LogTail("", 0, false), await client.TailProcessStderrLogAsync("noisy", 0, 100));

        const string Typed = "\u00e9\u001b[A<&>\r\n";
        await client.SendProcessStdinAsync("cat", Typed);
        var echoed = await Eventually.BecomesAsync(() => client.ReadProcessStdoutLogAsync("cat", 0, 0), t => t.Length > 0, TimeSpan.FromSeconds(30));
        Assert.Equal(Typed, echoed);

        await client.ClearProcessLogsAsync("cat");
        Assert.Equal("", await client.ReadProcessStdoutLogAsync("cat", 0, 0));
    }

    [Fact]
    public async Task Groups_ChangedConfiguration_AreRemovedAndAdded()
    {
        await using var sup = await StartAsync("unix", false);
        await using var client = Client(sup, false);
        sup.WriteConfig(Programs.Replace("program:slow", "program:newer"));

        var changes = await client.ReloadConfigAsync();
        Assert.Equal("newer||slow", $"{string.Join(' ', changes.Added)}|{string.Join(' ', changes.Changed)}|{string.Join(' ', changes.Removed)}");
        Assert.Equal(91, (await Assert.ThrowsAsync<SupervisordFaultException>(() => client.RemoveProcessGroupAsync("slow"))).Code);
        Assert.True(Assert.Single(await client.StopProcessGroupAsync("slow")).Succeeded);
        await client.RemoveProcessGroupAsync("slow");
        await client.AddProcessGroupAsync("newer");
        Assert.Equal(["cat", "newer", "noisy"], (await client.GetAllProcessInfoAsync()).Select(p => p.Group));
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("http")]
    public async Task Credentials_WrongOrMissing_AreRefusedWithAdviceAndWithoutTheSecret(string kind)
    {
        await using var sup = await StartAsync(kind, true);
        foreach (var url in new[] { Url(sup), Url(sup).WithCredentials("u", "wr0ng") })
        {
            await using var client = new SupervisordClient(url);
            for (var i = 0; i < 2; i++)
            {
                var error = await Assert.ThrowsAsync<SupervisordHttpException>(() => client.GetPidAsync());
                Assert.Equal((401, "Unauthorized"), (error.Status, error.Reason));
                Assert.Contains(url.UserName is null ? "none are set" : "refuses", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("wr0ng", error.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task WrongTypeOfArgument_RealSupervisord_IsAnHttp500()
    {
        await using var sup = await StartAsync("unix", false);
        await using var client = Client(sup, false);
        var error = await Assert.ThrowsAsync<SupervisordHttpException>(() => client.CallAsync("supervisor.getProcessInfo", [5]));
        Assert.Equal((500, "Internal Server Error"), (error.Status, error.Reason));
        Assert.Equal(sup.Pid, await client.GetPidAsync());
    }

    [Fact]
    public async Task Restart_SupervisordCameBack_TheNextCallConnectsAnew()
    {
        await using var sup = await StartAsync("unix", false);
        await using var client = Client(sup, false);
        await client.GetPidAsync();
        sup.Kill();
        var error = await Assert.ThrowsAsync<SupervisordUnreachableException>(() => client.GetPidAsync());
        Assert.Contains("is supervisord running", error.Message, StringComparison.Ordinal);
        await sup.LaunchAsync();
        Assert.Equal(sup.Pid, await client.GetPidAsync());
    }

    [Fact]
    public async Task SlowStop_OtherCallersOfTheSameClient_WaitForTheirTurn()
    {
        await using var sup = await StartAsync("http", false);
        await using var client = Client(sup, false);
        await using var other = Client(sup, false);
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(sup.Folder, "deaf")), TimeSpan.FromSeconds(30));
        var stop = client.StopProcessAsync("slow");
        var behind = client.GetPidAsync();
        Assert.Equal(sup.Pid, await other.GetPidAsync());
        Assert.False(behind.IsCompleted);
        await stop;
        Assert.Equal(sup.Pid, await behind);
    }

    [Fact]
    public async Task Pool_SlowStop_OtherCallsGoBesideIt()
    {
        await using var sup = await StartAsync("unix", false);
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(sup.Folder, "deaf")), TimeSpan.FromSeconds(30));
        await using var pool = new SupervisordClientPool(Url(sup), 2);
        var stop = pool.CallAsync("supervisor.stopProcess", ["slow"]);
        for (var i = 0; i < 3; i++)
            Assert.Equal(sup.Pid, await pool.CallAsync("supervisor.getPID", []));
        Assert.False(stop.IsCompleted);
        Assert.Equal(true, await stop);
    }

    [Fact]
    public async Task Tcp_ManyCalls_AreNotHeldBackByDelayedAcknowledgements()
    {
        await using var sup = await StartAsync("http", false);
        await using var client = Client(sup, false);
        await client.GetAllProcessInfoAsync();
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetAllProcessInfoAsync();
            var took = Stopwatch.GetElapsedTime(started);
            quickest = took < quickest ? took : quickest;
        }

        // 40 ms and more, every one of them, without TCP_QUICKACK; about 3 ms with it, on a busy machine some of them.
        Assert.InRange(quickest.TotalMilliseconds, 0, 30);
    }

    [Fact]
    public async Task RecordedDirectCalls_AgainstRealSupervisord_GiveTheSameFaultsAndTypes()
    {
        await using var sup = await StartAsync("unix", false);
        await using var client = Client(sup, false);
        foreach (var line in Recording.Lines("direct_calls.jsonl").Where(l => l.TryGetProperty("fault", out _)))
        {
            var method = line.GetProperty("call")[0].GetString()!;
            var fault = await Assert.ThrowsAsync<SupervisordFaultException>(() => client.CallAsync(method, [.. line.GetProperty("call").EnumerateArray().Skip(1).Select(a => (XmlRpcValue)a.GetString()!)]));
            Assert.Equal((line.GetProperty("fault").GetInt32(), line.GetProperty("string").GetString()), (fault.Code, fault.Message));
        }
    }

    private static Task<SupervisordInstance> StartAsync(string kind, bool password) => SupervisordInstance.StartAsync(new()
    {
        UnixSocket = kind == "unix",
        Inet = kind == "http",
        UserName = password ? "user" : null,
        Password = password ? "p\u00e4ss:w\u20acrd" : null,
        Sections = Programs,
    });

    private static SupervisordUrl Url(SupervisordInstance sup) => SupervisordUrl.Parse(File.Exists(sup.SocketPath) ? sup.UnixUrl : sup.InetUrl);

    private static SupervisordClient Client(SupervisordInstance sup, bool password) =>
        new(password ? Url(sup).WithCredentials("user", "p\u00e4ss:w\u20acrd") : Url(sup));
}
