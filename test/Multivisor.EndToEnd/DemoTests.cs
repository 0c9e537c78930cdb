using System.Diagnostics;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>What a newcomer does first. It builds the programs, which leaves nothing of the machine to tests with a limit.</summary>
[Collection(Alone.Name)]
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_ShowsThreeSupervisorsAnd26Processes_AndLeavesNothingBehind()
    {
        var port = FreePort.Take();
        var folder = Directory.CreateTempSubdirectory("mvd-").FullName;
        try
        {
            await RunAsync(folder, "--detach", "--port", port.ToString());
            using var api = new Api(port);
            var supervisors = await api.SupervisorsAsync();
            Assert.Equal(["baslid001", "lid001", "lid002"], supervisors.Keys.Order(StringComparer.Ordinal));
            Assert.All(supervisors.Values, s => Assert.True(s.Running));
            Assert.Equal(26, supervisors.Values.Sum(s => s.Processes.Count));
            Assert.All(supervisors.Values, s => Assert.Equal("multivisor-rpc", s.Link!.Agent));
        }
        finally
        {
            await RunAsync(folder, "--stop");
        }

        Assert.Empty(ProcessesOfTheDemo(folder));
    }

    [Fact]
    public async Task Demo_StoppedByAnImpatientCtrlC_LeavesNothingBehind()
    {
        var folder = Directory.CreateTempSubdirectory("mvd-").FullName;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        using var demo = Start(folder, "--port", FreePort.Take().ToString());
        try
        {
            await ReadUntilAsync(demo, "Ctrl-C stops everything.", limit.Token);
            Assert.NotEmpty(ProcessesOfTheDemo(folder));

            await InterruptAsync(demo);
            await ReadUntilAsync(demo, "Stopping", limit.Token);
            await InterruptAsync(demo);

            await demo.WaitForExitAsync(limit.Token);
            Assert.Empty(ProcessesOfTheDemo(folder));
        }
        finally
        {
            await RunAsync(folder, "--stop");
        }
    }

    private static async Task ReadUntilAsync(Process demo, string line, CancellationToken limit)
    {
        while (await demo.StandardOutput.ReadLineAsync(limit) != line)
            Assert.False(demo.HasExited, "the demo has ended");
    }

    private static async Task InterruptAsync(Process demo)
    {
        using var kill = Process.Start("kill", ["-INT", demo.Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    private static Process Start(string folder, params string[] arguments) => Process.Start(new ProcessStartInfo(Path.Combine(TestData.RepositoryRoot, "demo.sh"), arguments)
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["DEMO_HOME"] = folder },
    })!;

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        using var demo = Start(folder, arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        var output = demo.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = demo.StandardError.ReadToEndAsync(limit.Token);
        await demo.WaitForExitAsync(limit.Token);
        Assert.True(demo.ExitCode == 0, $"demo.sh {string.Join(' ', arguments)}: {await output}\n{await errors}");
    }

    /// <summary>Every process of a demo has the demo's folder in its environment.</summary>
    private static string[] ProcessesOfTheDemo(string folder) =>
    [
        .. Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)).Where(d => Environment(d).Contains(folder, StringComparison.Ordinal)),
    ];

    private static string Environment(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
