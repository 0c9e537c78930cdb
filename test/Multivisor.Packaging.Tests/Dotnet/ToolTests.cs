using System.Text.Json.Nodes;
using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Dotnet;

public sealed class ToolTests
{
    /// <summary>Installed as tools from the packages alone; the same chain as with the native programs.</summary>
    [Fact]
    public async Task Tools_AreInstalled_AndShowASupervisord()
    {
        using var folder = new TemporaryFolder();
        var feed = PackageFeed.Write(folder);
        foreach (var package in (string[])["Multivisor", "Multivisor.Rpc", "Multivisor.Cli"])
            await Shell.RunAsync("dotnet", ["tool", "install", package, "--version", Release.Version, "--tool-path", folder["tools"], "--configfile", feed], folder.Path, PackageFeed.Environment(folder));
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Sections = SupervisordOptions.Sleepers("web", 2),
            Agent = new SupervisordAgent(folder["tools/multivisor-rpc"]),
        });
        await using var server = await RunningServer.StartAsync(folder["tools/multivisor"], $"[supervisor:here]\nurl=127.0.0.1:{supervisord.AgentPort}\n");
        var status = await Shell.RunAsync(folder["tools/multivisor-cli"], ["--url", server.Url, "-o", "json", "status", "here:web:*"]);
        Assert.Equal(["RUNNING", "RUNNING"], JsonNode.Parse(status)!.AsArray().Select(process => (string)process!["statename"]!));
        Assert.Contains("<div id=\"app\"", await server.GetAsync("/"), StringComparison.Ordinal);
    }
}
