using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Multivisor.Cli.Tests.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Cli.Tests;

/// <summary>The real <c>doctor</c> before a server whose supervisors are lost in every way.</summary>
public sealed class DoctorTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private readonly CliHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Supervisors_LostEachInItsWay_AreSaidWithWhatToDo()
    {
        await using var locked = await SupervisordInstance.StartAsync(new() { Inet = true, UserName = "operator", Password = "secret" });
        await using var open = await SupervisordInstance.StartAsync(new() { Inet = true });
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        (string Name, string Url, string What, string Advice)[] cases =
        [
            ("refused", $"127.0.0.1:{FreePort.Take()}", "connection refused", "is multivisor-rpc running there"),
            ("silent", $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", "no answer", "see docs/troubleshooting.md"),
            ("locked", $"http://operator:wrong-one@127.0.0.1:{locked.InetPort}", "refuses this user name and password", "see docs/troubleshooting.md"),
            ("nowhere", "no-such-host.invalid:9002", "no-such-host.invalid", "see docs/troubleshooting.md"),
            // supervisord's own port in the place of the agent's: used all the same.
            ("http", $"127.0.0.1:{open.InetPort}", "its link is not protected", "use tls://"),
        ];
        await using var server = await ServerProcess.StartAsync("[global]\n" + string.Concat(cases.Select(c => $"[supervisor:{c.Name}]\nurl={c.Url}\n")));
        foreach (var (name, _, _, _) in cases)
            await Eventually.BecomesAsync(() => server.Api.SupervisorAsync(name), s => s.Running || s.Link?.Error is not null, Soon);

        var json = await _home.RunAsync(["--url", $"127.0.0.1:{server.Port}", "doctor", "-o", "json"]);
        var people = await _home.RunAsync(["--url", $"127.0.0.1:{server.Port}", "doctor"]);

        Assert.Equal((1, 1), (json.ExitCode, people.ExitCode));
        var findings = JsonElement.Parse(json.Output).EnumerateArray().ToLookup(f => f.GetProperty("supervisor").GetString()!, StringComparer.Ordinal);
        foreach (var (name, _, what, advice) in cases)
        {
            var said = string.Join('\n', findings[name].Select(f => $"{f.GetProperty("what").GetString()} -> {f.GetProperty("advice").GetString()}"));
            Assert.Contains(what, said, StringComparison.Ordinal);
            Assert.Contains(advice, said, StringComparison.Ordinal);
            Assert.Contains(what, people.Output, StringComparison.Ordinal);
        }

        Assert.Contains("4 of 5 supervisors with problems", people.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", json.Output + people.Output, StringComparison.Ordinal);
    }
}
