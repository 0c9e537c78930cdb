using System.Net.Sockets;
using System.Text;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Startup;

/// <summary>The built program as systemd, containers and Windows start it.</summary>
public sealed class ServiceTests
{
    [Fact]
    public async Task Systemd_HearsThatItIsUp_AndThatItStops()
    {
        using var file = new TempFile("multivisor.conf", "[global]\n");
        var path = Path.Combine(Path.GetDirectoryName(file.Path)!, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        await using var program = ServerProcess.StartWith([("NOTIFY_SOCKET", path)], "-c", file.Path, "--bind", "127.0.0.1:0");

        Assert.Equal("READY=1", await ReceiveAsync(systemd));
        await program.LogAsync("listening on");
        await program.SignalAsync("TERM");
        Assert.Equal("STOPPING=1", await ReceiveAsync(systemd));
        Assert.Equal(0, await program.ExitAsync());
    }

    [Fact]
    public async Task HealthCheck_TellsWhetherAServerIsAlive()
    {
        using var file = new TempFile("multivisor.conf", "[global]\nallowed_hosts=somebody.example\n");
        var (program, address) = await ServerProcess.StartListeningAsync("-c", file.Path, "--bind", "127.0.0.1:0");
        await using (program)
            Assert.Equal(0, (await ServerProcess.RunAsync("healthcheck", "--url", address.ToString())).ExitCode);

        var (code, _, errors) = await ServerProcess.RunAsync("healthcheck", "--url", address.ToString());
        Assert.Equal(1, code);
        Assert.StartsWith($"multivisor: {address} does not answer: ", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Equal(2, (await ServerProcess.RunAsync("healthcheck", "--url", "ftp://nowhere")).ExitCode);
    }

    [Fact]
    public async Task Service_WhereThereIsNoWindows_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "not run: this is Windows");
        var (code, _, errors) = await ServerProcess.RunAsync("--service");
        Assert.Equal(2, code);
        Assert.Contains("--service is for Windows", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static async Task<string> ReceiveAsync(Socket systemd)
    {
        var buffer = new byte[1024];
        var length = await systemd.ReceiveAsync(buffer).Soon();
        return Encoding.UTF8.GetString(buffer, 0, length).Trim();
    }
}
