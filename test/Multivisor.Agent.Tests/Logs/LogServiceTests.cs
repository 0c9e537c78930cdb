using System.Text;
using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Logs;

/// <summary>The log methods under a real supervisord.</summary>
public abstract class LogServiceCompliance
{
    private protected abstract AgentKind Kind { get; }

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>It writes what it is told over its standard input.</summary>
    private protected const string Programs = """
        [program:cat]
        command=/bin/cat
        stdout_logfile={dir}/cat.log
        stderr_logfile=NONE
        startsecs=0
        [program:odd]
        command=/bin/cat
        stdout_logfile={dir}
        stderr_logfile={dir}/fifo
        autostart=false
        """;

    [Fact]
    public async Task LogFollow_ProcessWritesAndIsCleared_TellsEachOctetOnce()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await SayAsync(agent, "begin\n");
        await using var log = new Following(agent.Client, "cat", Options(("lines", 10)));

        await log.UntilAsync(l => l.Text == "begin\n");
        await agent.Direct.SendProcessStdinAsync("cat", "größer\n");
        await log.UntilAsync(l => l.Text == "begin\ngrößer\n");
        await agent.Direct.ClearProcessLogsAsync("cat");
        await log.UntilAsync(l => l.Reasons[^1] == "cleared");
        await agent.Direct.SendProcessStdinAsync("cat", "again\n");
        await log.UntilAsync(l => l.Text == "begin\ngrößer\nagain\n");
    }

    [Fact]
    public async Task LogFollow_GroupIsRemoved_EndsWithTheReason()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await SayAsync(agent, "begin\n");
        await using var log = new Following(agent.Client, "cat", RpcValue.Nil);
        await log.UntilAsync(l => l.Reasons.Count == 1);
        await agent.Direct.StopProcessAsync("cat");
        await agent.Direct.RemoveProcessGroupAsync("cat");

        await log.UntilAsync(l => l.End is not null);
        Assert.Contains("cat", log.End, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogRead_PartsOverRotatedFiles_AreExact()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await SayAsync(agent, "newest\n");
        await File.WriteAllTextAsync(Path.Combine(agent.Supervisord.Folder, "cat.log.1"), "older\n");
        await File.WriteAllTextAsync(Path.Combine(agent.Supervisord.Folder, "cat.log.2"), "oldest\n");

        Assert.Equal("newest\n", await ReadAsync(agent, RpcValue.Nil));
        Assert.Equal("er\nnew", await ReadAsync(agent, Options(("from", -3), ("to", 3))));
        Assert.Equal("oldest\nolder\nnewest\n", await ReadAsync(agent, Options(("from", -1_000_000))));
        Assert.Equal("dest\nolder\n", await ReadAsync(agent, Options(("to", 0), ("length", 11))));
        Assert.Equal("", await ReadAsync(agent, Options(("from", 100))));

        var head = await agent.Client.StreamAsync("log_read", ["cat", "stdout"]).FirstAsync();
        Assert.Equal((-13, 7), (Number(head, "oldest"), Number(head, "end")));
        head.TryGetMember("file", out var file);
        Assert.Equal("ewe", await ReadAsync(agent, Options(("file", file), ("from", 1), ("to", 4))));
    }

    [Fact]
    public async Task LogMethods_WhatIsNoLog_IsRefusedInWords()
    {
        await using var agent = await Kind.StartAsync(Programs);
        using (var make = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(agent.Supervisord.Folder, "fifo")]))
            await make.WaitForExitAsync();

        Assert.Equal("NoLogFile", await RefusalAsync("cat", "stderr"));
        Assert.Equal("LogUnreadable", await RefusalAsync("odd", "stdout"));
        Assert.Equal("LogUnreadable", await RefusalAsync("odd", "stderr"));
        Assert.Equal(Kind.Fault(10, "").Name, await RefusalAsync("nope", "stdout"));
        Assert.Equal(Kind.Fault(10, "").Name, await RefusalAsync("/etc/passwd", "stdout"));
        Assert.Equal("ValueError", await RefusalAsync("cat", "/etc/passwd"));
        Assert.Equal("ValueError", await RefusalAsync("cat", "stdout", Options(("file", "/etc/passwd"))));
        Assert.Equal("TypeError", await RefusalAsync("cat", "stdout", "/etc/passwd"));

        async Task<string> RefusalAsync(params RpcValue[] arguments) =>
            (await Assert.ThrowsAsync<RemoteException>(async () => await agent.Client.StreamAsync("log_follow", arguments).FirstAsync())).Name;
    }

    [Fact]
    public async Task LogFollow_MainLog_IsFoundWithoutBeingNamed()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await using var log = new Following(agent.Client, "", Options(("bytes", 100_000)), "main");
        await log.UntilAsync(l => l.Text.Contains("supervisord started with pid", StringComparison.Ordinal));
        await agent.Direct.StopProcessAsync("cat");

        await log.UntilAsync(l => l.Text.Contains("stopped: cat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Agent_Features_IncludeLogs()
    {
        await using var agent = await Kind.StartAsync(Programs);
        (await agent.CallAsync("multivisor_agent")).TryGetMember("features", out var features);

        Assert.Contains(features.Items, f => f.TryGetString(out var text) && text == "logs");
    }

    private protected static async Task SayAsync(AgentUnderTest agent, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        await agent.Direct.SendProcessStdinAsync("cat", text);
        var log = new FileInfo(Path.Combine(agent.Supervisord.Folder, "cat.log"));
        await Eventually.IsTrueAsync(
            () =>
            {
                log.Refresh();
                return log.Exists && log.Length == length;
            },
            Limit);
    }

    private static async Task<string> ReadAsync(AgentUnderTest agent, RpcValue options)
    {
        var octets = new List<byte>();
        await foreach (var item in agent.Client.StreamAsync("log_read", ["cat", "stdout", options]))
        {
            if (item.TryGetMember("data", out var data))
                octets.AddRange(data.Bytes.Span);
        }

        return Encoding.UTF8.GetString([.. octets]);
    }

    private protected static RpcValue Options(params (string Key, RpcValue Value)[] options) =>
        RpcValue.Map([.. options.Select(o => KeyValuePair.Create(o.Key, o.Value))]);

    private protected static long Number(RpcValue map, string key) => map.TryGetMember(key, out var value) && value.TryGetInt64(out var number) ? number : long.MinValue;

    /// <summary>A log that is followed in the background.</summary>
    private sealed class Following : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<byte> _octets = [];
        private readonly Task _reading;

        public Following(ZeroRpcClient client, string name, RpcValue options, string channel = "stdout") =>
            _reading = ReadAsync(client, [name, channel, options]);

        public string Text
        {
            get
            {
                lock (_octets)
                    return Encoding.UTF8.GetString([.. _octets]);
            }
        }

        public List<string> Reasons { get; } = [];

        public string? End { get; private set; }

        public async Task UntilAsync(Func<Following, bool> condition)
        {
            try
            {
                await Eventually.IsTrueAsync(() => _reading.IsFaulted || condition(this), Limit);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"got {Text} {string.Join(',', Reasons)}");
            }

            if (_reading.IsFaulted)
                await _reading;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _reading.ContinueWith(_ => { }, TaskScheduler.Default);
            _stop.Dispose();
        }

        private async Task ReadAsync(ZeroRpcClient client, RpcValue[] arguments)
        {
            await foreach (var item in client.StreamAsync("log_follow", arguments, _stop.Token))
            {
                lock (_octets)
                {
                    if (item.TryGetMember("data", out var data))
                        _octets.AddRange(data.Bytes.Span);
                    else if (EventTape.Text(item, "item") == "file")
                        Reasons.Add(EventTape.Text(item, "reason"));
                    else
                        End = EventTape.Text(item, "reason");
                }
            }
        }
    }
}

public sealed class PlugInLogServiceTests : LogServiceCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;
}

public sealed class LogServiceTests : LogServiceCompliance
{
    private protected override AgentKind Kind => AgentKind.EventListener;

    [Fact]
    public async Task LogSearch_TextAndExpression_FindsLinesWithContext()
    {
        await using var agent = await Kind.StartAsync(Programs);
        await SayAsync(agent, "two ERROR\nthree\nfour error: größer\nfive\n");
        await File.WriteAllTextAsync(Path.Combine(agent.Supervisord.Folder, "cat.log.1"), "zero error\none\n");

        Assert.Equal("+-15 zero error|+0 two ERROR|+16 four error: größer", await SearchAsync(agent, ("text", "error")));
        Assert.Equal("+-15 zero error|+16 four error: größer", await SearchAsync(agent, ("text", "error"), ("case", true)));
        Assert.Equal("+16 four error: größer", await SearchAsync(agent, ("text", "error: GR..ER$"), ("regex", true)));
        Assert.Equal("-10 three|+16 four error: größer|-37 five", await SearchAsync(agent, ("text", "größer"), ("before", 1), ("after", 9)));
        Assert.Equal("+16 four error: größer", await SearchAsync(agent, ("text", "error"), ("max_matches", 1)));
        Assert.Equal("ValueError", (await Assert.ThrowsAsync<RemoteException>(() => SearchAsync(agent, ("text", "("), ("regex", true)))).Name);
    }

    private static async Task<string> SearchAsync(AgentUnderTest agent, params (string Key, RpcValue Value)[] options)
    {
        var lines = new List<string>();
        await foreach (var item in agent.Client.StreamAsync("log_search", ["cat", "stdout", Options(options)]))
        {
            if (EventTape.Text(item, "item") == "line" && item.TryGetMember("match", out var match) && match.TryGetBoolean(out var isMatch))
                lines.Add($"{(isMatch ? '+' : '-')}{Number(item, "offset")} {EventTape.Text(item, "data")}");
        }

        return string.Join('|', lines);
    }
}
