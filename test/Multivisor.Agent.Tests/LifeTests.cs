using System.Net;
using System.Net.Sockets;
using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Agent.Tests;

/// <summary>How the agent starts and ends: supervisord judges it by its exit code, the operator by one line on stderr.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task Start_OutsideSupervisord_ExitsWithOneAndSaysWhatToDo()
    {
        await using var driver = ListenerDriver.Start(null);
        Assert.Equal(1, await driver.WaitForExitAsync());
        Assert.StartsWith("multivisor-rpc can only run as supervisor eventlistener", driver.Log, StringComparison.Ordinal);
        Assert.Single(driver.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("--bind what:ever", "--bind what:ever is no address")]
    [InlineData("--log-level LOUD", "--log-level LOUD is none of")]
    [InlineData("--nonsense", "--nonsense")]
    public async Task Start_WrongArguments_ExitsWithOneAndSaysWhich(string arguments, string problem)
    {
        await using var driver = ListenerDriver.Start("unix:///nonexistent", arguments: arguments);
        Assert.Equal(1, await driver.WaitForExitAsync());
        Assert.Contains(problem, driver.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "--bind")]
    [InlineData("--version", "0.1.0")]
    public async Task Start_AskedForHelpOrVersion_TellsAndExitsWithZero(string argument, string expected)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(AgentUnderTest.Program, argument) { UseShellExecute = false, RedirectStandardOutput = true })!;
        Assert.Contains(expected, await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Start_PortTaken_ExitsWithTwoAndSaysWhichPort()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var driver = ListenerDriver.Start("unix:///nonexistent/s.sock", port);
        Assert.Equal(2, await driver.WaitForExitAsync());
        Assert.Contains($"127.0.0.1:{port}", driver.Log, StringComparison.Ordinal);
        Assert.Contains("--bind", driver.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndOfInput_ExitsWithThreeAndTheSubscribersKnowAtOnce()
    {
        await using var sup = await SupervisordInstance.StartAsync();
        await using var driver = ListenerDriver.Start(sup.UnixUrl);
        await using var client = await AgentUnderTest.ConnectAsync(driver.Port);
        await using var tape = await EventTape.StartAsync(client);
        driver.CloseInput();
        Assert.Equal(3, await driver.WaitForExitAsync(TimeSpan.FromSeconds(10)));
        await client.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Contains("supervisord has closed", driver.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminate_ExitsWith143AtOnceEvenWithACallUnderWay()
    {
        await using var sup = await SupervisordInstance.StartAsync(
            new() { Sections = "[program:slow]\ncommand=/bin/sh -c \"trap '' TERM; touch {dir}/deaf; while :; do sleep 0.1; done\"\nstopwaitsecs=30\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n" });
        await using var driver = ListenerDriver.Start(sup.UnixUrl);
        await using var client = await AgentUnderTest.ConnectAsync(driver.Port);
        await using var tape = await EventTape.StartAsync(client);
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(sup.Folder, "deaf")), TimeSpan.FromSeconds(30));
        var stop = client.CallAsync("stopProcess", ["slow"]);
        await client.CallAsync("getPID", []);
        SupervisordInstance.Signal(driver.Pid, "TERM");
        Assert.Equal(143, await driver.WaitForExitAsync(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAnyAsync<Exception>(() => stop);
    }

    [Fact]
    public async Task SignalledByTheServer_UnderSupervisord_ComesBack()
    {
        await using var agent = await AgentUnderTest.StartAsync("");
        var before = await agent.Direct.GetProcessInfoAsync("multivisor-rpc:multivisor-rpc");
        try
        {
            Assert.Equal(true, await agent.Client.CallAsync("signalProcess", ["multivisor-rpc:multivisor-rpc", "TERM"]));
        }
        catch (ZeroRpc.LostRemoteException)
        {
            // The signal may be faster than the answer that it was sent.
        }

        await agent.Client.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        var after = await Eventually.BecomesAsync(
            () => agent.Direct.GetProcessInfoAsync("multivisor-rpc:multivisor-rpc"), p => p.Pid != 0 && p.Pid != before.Pid, TimeSpan.FromSeconds(30));
        Assert.NotEqual(before.Pid, after.Pid);
        await using var client = await AgentUnderTest.ConnectAsync(agent.Supervisord.AgentPort);
        Assert.Equal(agent.Supervisord.Pid, await client.CallAsync("getPID", []));
    }

    [Fact]
    public async Task Start_SupervisordDoesNotAnswerYet_ListensAndServesWhenItDoes()
    {
        var port = FreePort.Take();
        await using var driver = ListenerDriver.Start($"http://127.0.0.1:{port}");
        await using var client = await AgentUnderTest.ConnectAsync(driver.Port);
        var error = await Assert.ThrowsAsync<ZeroRpc.RemoteException>(() => client.CallAsync("getPID", []));
        Assert.Equal("ConnectionError", error.Name);
        Assert.Contains("[inet_http_server]", error.Message, StringComparison.Ordinal);
    }
}
