using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Archive;

public sealed class WheelTests(Release release)
{
    /// <summary>Installed by pip into a virtual environment, whose supervisord loads it.</summary>
    [Fact]
    public async Task PlugIn_FromTheWheel_ServesASupervisord()
    {
        using var folder = new TemporaryFolder();
        await Shell.RunAsync("/usr/bin/python3", ["-m", "venv", "--without-pip", "--system-site-packages", folder["venv"]]);
        await Shell.RunAsync("/usr/bin/python3", ["-m", "pip", "--python", folder["venv/bin/python3"], "install", "--quiet", "--no-index", "--no-deps", release.File("multivisor_plugin-*.whl")]);
        var packages = Assert.Single(Directory.GetDirectories(folder["venv/lib"], "site-packages", SearchOption.AllDirectories));
        Assert.True(File.Exists(Path.Combine(packages, "multivisor/rpc.py")));

        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Sections = SupervisordOptions.Sleepers("web", 2),
            PlugIn = new SupervisordPlugIn { Folder = packages },
        });
        await using var server = await RunningServer.StartAsync(release.Program("multivisor"), $"[supervisor:here]\nurl=127.0.0.1:{supervisord.AgentPort}\n");
        Assert.Contains("RUNNING", await Shell.RunAsync(release.Program("multivisor-cli"), ["--url", server.Url, "-o", "plain", "status", "here:web:web_01"]), StringComparison.Ordinal);
    }
}
