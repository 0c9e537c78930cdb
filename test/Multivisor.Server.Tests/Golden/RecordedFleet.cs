using System.Text.Json;
using System.Text.RegularExpressions;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Golden;

/// <summary>A server of ours over the fleet of a recording.</summary>
public abstract partial class RecordedFleet : IAsyncLifetime
{
    private readonly Dictionary<string, ScriptedAgent> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ports = new(StringComparer.Ordinal);
    private readonly string _folder;

    private protected RecordedFleet(string folder) => _folder = folder;

    internal TestServer Server { get; private set; } = null!;

    internal IReadOnlyDictionary<string, ScriptedAgent> Agents => _agents;

    /// <summary>The recorded configuration with our agents' ports.</summary>
    public async ValueTask InitializeAsync()
    {
        foreach (var supervisor in Find("data").BodyJson!.Value.GetProperty("supervisors").EnumerateObject().Select(s => s.Value))
        {
            var processes = supervisor.GetProperty("processes").EnumerateObject().Select(p => Recording.ProcessOf(p.Value)).ToArray();
            var port = RecordedPort().Match(supervisor.GetProperty("url").GetString()!).Value;
            _ports[port] = DeadHost.ClosedPort().ToString();
            if (processes.Length == 0)
                continue;
            var agent = ScriptedAgent.Start(supervisor.GetProperty("name").GetString()!, processes);
            _agents[agent.Name] = agent;
            _ports[port] = agent.Port.ToString();
            agent.Logs["PLC:wcid00a"] = [.. Enumerable.Repeat((byte)'x', 10_000)];
        }

        Server = await TestServer.StartAsync(Ours(Find("config_file").BodyJson!.Value.GetProperty("content").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        foreach (var agent in _agents.Values)
            await agent.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A text of ours with the recorded ports.</summary>
    internal string Recorded(string text) => _ports.Aggregate(text, (t, port) => t.Replace($":{port.Value}", $":{port.Key}", StringComparison.Ordinal));

    private string Ours(string text) => RecordedPort().Replace(text, port => _ports[port.Value]);

    private Recording Find(string probe) =>
        Recording.Load(Recording.Names(_folder).First(name => name.EndsWith($"-{probe}", StringComparison.Ordinal)));

    [GeneratedRegex(@"(?<=localhost:)\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RecordedPort();
}

/// <summary>The full example without sign-in.</summary>
public sealed class OpenFleet() : RecordedFleet("rest");

/// <summary>Two supervisors and a dead one, behind sign-in.</summary>
public sealed class ProtectedFleet() : RecordedFleet("rest-auth");
