using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>The site of <c>./demo.sh</c>: what its supervisords run, under the names that it has.</summary>
public sealed class Showcase : IAsyncLifetime
{
    /// <summary>Stopped on purpose, as something always is.</summary>
    private const string Stopped = "lid001:Vacuum:vacuum_OH2_2";

    private static readonly string[] Names = ["lid001", "lid002", "baslid001"];

    private readonly List<SupervisordInstance> _supervisors = [];
    private ServerProcess? _server;

    internal ServerProcess Server => _server!;

    /// <summary>For a further server of the same hosts.</summary>
    internal string Configuration => $"[global]\nname=PE Lab\n{string.Concat(Names.Zip(_supervisors, (name, supervisor) => $"[supervisor:{name}]\nurl=localhost:{supervisor.AgentPort}\n"))}";

    public async ValueTask InitializeAsync()
    {
        foreach (var start in Names.Select(name => Site.StartAsync(name, Programs(name))).ToArray())
            _supervisors.Add(await start);
        _server = await ServerProcess.StartAsync(Configuration);
        await _server.Api.ActAsync("process/stop", "uid", Stopped);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        foreach (var supervisor in _supervisors)
            await supervisor.DisposeAsync();
    }

    /// <summary>The demo's groups and programs, without its supervisord and its agent: the test has its own.</summary>
    private static string Programs(string name)
    {
        var folder = Path.Combine(TestData.RepositoryRoot, "examples/full");
        var text = File.ReadAllText(Path.Combine(folder, $"supervisord_{name}.conf"));
        return text[text.IndexOf("[group:", StringComparison.Ordinal)..]
            .Replace("%(here)s", folder, StringComparison.Ordinal)
            .Replace($"%(ENV_DEMO_RUN)s/{name}/logs", "{dir}", StringComparison.Ordinal);
    }
}
