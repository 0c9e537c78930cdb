using Multivisor.EndToEnd.Support;
using Multivisor.Fleet.Links.Agent;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.EndToEnd.Logs;

/// <summary>Our agent, which reads the files: not an octet is missing.</summary>
public class AgentLogSourceTests : LogCompliance
{
    protected override bool IsComplete => true;

    protected override Task<SupervisordInstance> StartAsync(string sections) => Site.StartAsync("logs", sections);

    protected override async Task<OpenedLogs> OpenAsync(SupervisordInstance supervisord)
    {
        var connection = (AgentConnection)await new AgentLink("127.0.0.1", supervisord.AgentPort, new ZeroRpcOptions()).ConnectAsync(default);
        Assert.IsType<AgentLogSource>(connection.Logs);
        return new OpenedLogs(connection.Logs, () => connection.StartProcessAsync("writer", default), connection.DisposeAsync);
    }
}

/// <summary>Our plug-in, which reads the files in supervisord itself: not an octet is missing either.</summary>
public sealed class PlugInLogSourceTests : AgentLogSourceTests
{
    protected override Task<SupervisordInstance> StartAsync(string sections) => Site.StartPlugInAsync("logs", sections);
}

/// <summary>supervisord's calls through an agent that offers nothing else.</summary>
public sealed class AgentTextLogSourceTests : LogCompliance
{
    protected override bool ReachesBeyond2GiB => false;

    protected override Task<SupervisordInstance> StartAsync(string sections) => Site.StartAsync("logs", sections);

    protected override async Task<OpenedLogs> OpenAsync(SupervisordInstance supervisord)
    {
        var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", supervisord.AgentPort);
        var source = new RpcLogSource(new AgentLogCalls(client, "agent"), TimeProvider.System);
        return new OpenedLogs(source, () => client.CallAsync("startProcess", ["writer", false]), client.DisposeAsync);
    }
}

/// <summary>supervisord's stream of a log, over its unix socket.</summary>
public sealed class UnixLogSourceTests : LogCompliance
{
    protected override Task<SupervisordInstance> StartAsync(string sections) => SupervisordInstance.StartAsync(new() { Sections = sections });

    protected override Task<OpenedLogs> OpenAsync(SupervisordInstance supervisord) => Task.FromResult(Open(supervisord.UnixUrl));

    internal static OpenedLogs Open(string url)
    {
        var client = new SupervisordClient(SupervisordUrl.Parse(url));
        return new OpenedLogs(new HttpLogSource(client, TimeProvider.System), () => client.StartProcessAsync("writer", false), client.DisposeAsync);
    }
}

/// <summary>supervisord's stream of a log, over TCP.</summary>
public sealed class TcpLogSourceTests : LogCompliance
{
    protected override Task<SupervisordInstance> StartAsync(string sections) =>
        SupervisordInstance.StartAsync(new() { Sections = sections, UnixSocket = false, Inet = true });

    protected override Task<OpenedLogs> OpenAsync(SupervisordInstance supervisord) => Task.FromResult(UnixLogSourceTests.Open(supervisord.InetUrl));
}
