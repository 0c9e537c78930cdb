using System.Net;
using System.Net.Sockets;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.EndToEnd.PlugIn;

/// <summary>supervisord starts, restarts and ends with the plug-in in it, whatever the plug-in finds.</summary>
public sealed class LifeTests
{
    private const int Reloads = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task FiftyReloads_OfADaemonWithTwoHttpServers_LeaveNoDescriptorBehind()
    {
        await using var supervisord = await Site.StartAsync(new SupervisordOptions
        {
            PlugIn = new SupervisordPlugIn(),
            Daemon = true,
            Inet = true,
            Sections = "[program:cat]\ncommand=/bin/cat\nstdout_logfile={dir}/cat.log\nstderr_logfile=NONE\nstartsecs=0\n",
        });
        var descriptors = 0;
        for (var reload = 0; reload < Reloads; reload++)
        {
            await using var client = await ConnectAsync(supervisord);
            Assert.Equal(supervisord.Pid, await client.CallAsync("getPID", []));
            await using var events = client.StreamAsync("event_stream", []).GetAsyncEnumerator();
            Assert.True(await events.MoveNextAsync());
            await using var log = client.StreamAsync("log_follow", ["cat", "stdout"]).GetAsyncEnumerator();
            Assert.True(await log.MoveNextAsync());
            // The very first life has what a restart does not open again.
            if (reload == 1)
                descriptors = Descriptors(supervisord);
            else if (reload > 1)
                await Eventually.BecomesAsync(() => Task.FromResult(Descriptors(supervisord)), count => count == descriptors, Limit);
            if (reload % 2 == 0)
                Assert.Equal(true, await client.CallAsync("restart", []));
            else
                SupervisordInstance.Signal(supervisord.Pid, "HUP");
            await client.Closed.WaitAsync(Limit);
        }

        await using var last = await ConnectAsync(supervisord);
        Assert.Equal(supervisord.Pid, await last.CallAsync("getPID", []));
        Assert.DoesNotContain("please report this", supervisord.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortThatIsTaken_IsToldOnce_AndServedWhenItIsFree()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions { PlugIn = new SupervisordPlugIn { Bind = $"127.0.0.1:{port}" } });
        await Eventually.BecomesAsync(() => Task.FromResult(supervisord.Log), log => log.Contains($"cannot listen on 127.0.0.1:{port}", StringComparison.Ordinal), Limit);

        taken.Dispose();
        await Eventually.BecomesAsync(() => Task.FromResult(supervisord.Log), log => log.Contains($"listens on 127.0.0.1:{port}", StringComparison.Ordinal), Limit);
        await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port);

        Assert.Equal(supervisord.Pid, await client.CallAsync("getPID", []));
        Assert.Single(supervisord.Log.Split('\n'), line => line.Contains("cannot listen", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("port=9002", "has no setting port; there are bind")]
    [InlineData("allow=multicall", "allow=multicall would allow every method")]
    public async Task SettingThatCannotBeMeant_EndsTheStart_WithAMessage(string setting, string problem)
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => SupervisordInstance.StartAsync(new SupervisordOptions { PlugIn = new SupervisordPlugIn(setting) }));
        Assert.Contains(problem, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InstalledByPip_IsFoundBySupervisord()
    {
        var folder = Directory.CreateTempSubdirectory("mvpip-");
        try
        {
            // From a copy: setuptools writes beside what it builds.
            var source = Path.Combine(folder.FullName, "plugin");
            await RunAsync("/bin/cp", "-r", Path.Combine(TestData.RepositoryRoot, "plugin"), source);
            var installed = Path.Combine(folder.FullName, "installed");
            await RunAsync("/usr/bin/python3", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", installed, source);
            Directory.Delete(source, recursive: true);

            await using var supervisord = await Site.StartAsync(new SupervisordOptions { PlugIn = new SupervisordPlugIn { Folder = installed } });
            await using var client = await ConnectAsync(supervisord);
            Assert.Equal(supervisord.Pid, await client.CallAsync("getPID", []));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int Descriptors(SupervisordInstance supervisord) => Directory.GetFiles($"/proc/{supervisord.Pid}/fd").Length;

    private static async Task<ZeroRpcClient> ConnectAsync(SupervisordInstance supervisord)
    {
        ZeroRpcClient? client = null;
        await Eventually.BecomesAsync(
            async () =>
            {
                try
                {
                    client = await ZeroRpcClient.ConnectAsync("127.0.0.1", supervisord.AgentPort);
                    return true;
                }
                catch (LostRemoteException)
                {
                    return false;
                }
            },
            connected => connected,
            Limit);
        return client!;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
    }
}
