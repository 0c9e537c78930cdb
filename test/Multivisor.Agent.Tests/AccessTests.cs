using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests;

/// <summary>What an agent refuses that was told to.</summary>
public abstract class AccessCompliance
{
    private protected abstract AgentKind Kind { get; }

    [Fact]
    public async Task ReadOnly_RefusesWhatChangesSomethingAndAnswersTheRest()
    {
        await using var agent = await Kind.StartAsync(
            SupervisordOptions.Sleepers("web", 1), null, ("read_only", null), ("allow", "stopProcess"));

        var refused = await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync("startProcess", "web:web", false));
        Assert.Equal("NotAllowed", refused.Name);
        Assert.StartsWith("startProcess is not allowed", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync("shutdown"));
        await Assert.ThrowsAsync<RemoteException>(() => agent.CallAsync("multicall", RpcValue.Array()));
        Assert.NotEmpty((await agent.CallAsync("getAllProcessInfo")).Items);
        Assert.Equal(true, await agent.CallAsync("stopProcess", "web:web"));
    }
}

public sealed class PlugInAccessTests : AccessCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;
}

public sealed class AccessTests : AccessCompliance
{
    private protected override AgentKind Kind => AgentKind.EventListener;

    [Theory]
    [InlineData("--tls-cert a.pem", "--tls-cert and --tls-key belong together")]
    [InlineData("--token-file t", "--token-file needs TLS")]
    [InlineData("--tls-client-ca ca.pem", "--tls-client-ca needs TLS")]
    [InlineData("--allow multicall", "would allow every method")]
    [InlineData("--tls-name host1", "--tls-name belongs to --init-tls")]
    [InlineData("--tls-cert /nonexistent/a.pem --tls-key /nonexistent/a.key", "cannot read the certificate /nonexistent/a.pem: there is no such file")]
    public async Task Start_WrongArguments_ExitsWithOneAndSaysWhich(string arguments, string problem)
    {
        await using var driver = ListenerDriver.Start("unix:///nonexistent", arguments: arguments);
        Assert.Equal(1, await driver.WaitForExitAsync());
        Assert.Contains(problem, driver.Log, StringComparison.Ordinal);
    }
}
