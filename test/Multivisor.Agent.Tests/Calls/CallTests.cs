using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Calls;

/// <summary>The plug-in, which has no process of its own and no way to supervisord.</summary>
public sealed class PlugInCallTests : CallCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;
}

/// <summary>The agent, which asks supervisord over XML-RPC.</summary>
public sealed class CallTests : CallCompliance
{
    private protected override AgentKind Kind => AgentKind.EventListener;

    [Fact]
    public async Task ProtocolErrors_WrongTypeOfArgument_AreToldAsTheOriginalTells()
    {
        await using var agent = await AgentUnderTest.StartAsync("");
        var error = await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync("getProcessInfo", 5));
        Assert.Equal(("ProtocolError", "<ProtocolError for 127.0.0.1/RPC2: 500 Internal Server Error>"), (error.Name, error.Message));
        error = await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync("getProcessInfo", RpcValue.Nil));
        Assert.Equal("TypeError", error.Name);
    }

    [Fact]
    public async Task Credentials_OfTheEnvironment_AreUsed()
    {
        await using var agent = await AgentUnderTest.StartAsync("", options: new() { UserName = "me", Password = "s3cret!" });
        Assert.Equal(agent.Supervisord.Pid, await agent.CallAsync("getPID"));
        Assert.DoesNotContain("s3cret", agent.Supervisord.AgentLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_Missing_AreToldInTheLogAndAsTheOriginalTells()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new() { UserName = "me", Password = "s3cret!" });
        await using var driver = ListenerDriver.Start(supervisord.UnixUrl);
        await using var client = await AgentUnderTest.ConnectAsync(driver.Port);
        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("getPID", []));
        Assert.Equal(("ProtocolError", "<ProtocolError for 127.0.0.1/RPC2: 401 Unauthorized>"), (error.Name, error.Message));
        await Eventually.IsTrueAsync(() => driver.Log.Contains("SUPERVISOR_PASSWORD", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
    }
}
