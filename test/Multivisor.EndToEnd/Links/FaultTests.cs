using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Links;

/// <summary>What an operator reads when a direct link does not come about, and one through TLS that does.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task EachReason_IsSaidInWordsThatTellWhatToDo()
    {
        await using var locked = await SupervisordInstance.StartAsync(new() { Inet = true, UserName = "operator", Password = "secret" });
        await using var open = await SupervisordInstance.StartAsync(new() { Inet = true });
        await using var agent = await Site.StartAsync("agent", SupervisordOptions.Sleepers("web", 1));
        await using var sshd = await Sshd.StartAsync();
        using var ca = new TestCa();
        using var otherCa = new TestCa();
        await using var relay = new TlsRelay(ca.Issue("relay", TestCa.ServerUse), open.InetPort);
        await using var old = new OneAnswerServer(OneAnswerServer.UnknownMethod);
        await using var website = new OneAnswerServer("<!doctype html><title>Welcome</title>");
        var other = string.Concat(Enumerable.Repeat("ab", 32));
        (string Settings, string Said)[] cases =
        [
            ($"url=http://127.0.0.1:{locked.InetPort}", "it wants a user name and password, and none are set"),
            ($"url=http://operator:wrong-one@127.0.0.1:{locked.InetPort}", "it refuses this user name and password"),
            ($"url=http://127.0.0.1:{locked.InetPort}\nusername=operator\npassword_file=/no/such/file", "the password cannot be read from /no/such/file: there is no such file"),
            ($"url=http://127.0.0.1:{agent.AgentPort}", "speaks zerorpc, not HTTP: that is the port of an agent"),
            ($"url=http://127.0.0.1:{FreePort.Take()}", "is supervisord running, and does port= in [inet_http_server] name this address?"),
            ($"url=http://127.0.0.1:{website.Port}", "does not speak supervisord's XML-RPC"),
            ($"url=http://127.0.0.1:{old.Port}", "[rpcinterface:supervisor] is missing in its configuration, or it is older than 3.0"),
            ("url=unix:///no/such/socket", "is supervisord running, and does file= in [unix_http_server] name this path?"),
            ($"url=ssh://nobody-here@127.0.0.1:{sshd.Port}/run/s.sock", "Permission denied (publickey)"),
            ($"url=ssh://{Environment.UserName}@127.0.0.1:{sshd.Port}/no/such/socket", "is that the path of supervisord's socket"),
            ($"url=https://127.0.0.1:{relay.Port}\ntls_ca={otherCa.File}", "certificate is not signed by the CA in"),
            ($"url=https://127.0.0.1:{relay.Port}\ntls_fingerprint={other}", "which is another one than expected"),
            ($"url=https://127.0.0.1:{open.InetPort}\ntls_ca={ca.File}", "does that port speak TLS?"),
        ];
        var sections = cases.Select((one, i) => $"[supervisor:s{i:00}]\n{one.Settings}\n");
        await using var server = await ServerProcess.StartAsync($"[global]\n{string.Concat(sections)}", environment: sshd.ClientEnvironment);

        for (var i = 0; i < cases.Length; i++)
        {
            var shown = await Eventually.BecomesAsync(() => server.Api.SupervisorAsync($"s{i:00}"), s => s.Link?.Error is not null, Soon);
            Assert.StartsWith($"s{i:00}", shown.Link!.Error, StringComparison.Ordinal);
            Assert.Contains(cases[i].Said, shown.Link.Error, StringComparison.Ordinal);
            Assert.Contains("see docs/troubleshooting.md", shown.Link.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong-one", shown.Link.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("wrong-one", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_BehindATlsRelay_ServesByItsCaOrByItsFingerprint()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new() { Inet = true, Sections = SupervisordOptions.Sleepers("web", 2) });
        using var ca = new TestCa();
        var certificate = ca.Issue("relay", TestCa.ServerUse);
        await using var relay = new TlsRelay(certificate, supervisord.InetPort);
        await using var server = await ServerProcess.StartAsync(
            $"[global]\n[supervisor:ca]\nurl=https://127.0.0.1:{relay.Port}\ntls_ca={ca.File}\n"
            + $"[supervisor:pinned]\nurl=https://127.0.0.1:{relay.Port}\ntls_fingerprint={certificate.Fingerprint}\n");
        using var stream = await server.Api.StreamAsync();

        foreach (var name in new[] { "ca", "pinned" })
        {
            var shown = await Eventually.BecomesAsync(() => server.Api.SupervisorAsync(name), s => s.Running, Soon);
            Assert.Equal(("direct", true), (shown.Link!.Kind, shown.Link.Protected));
            var stopped = await server.Api.ActAsync("process/stop", "uid", $"{name}:web:web_00");
            Assert.Equal("done", Assert.Single(stopped.Results).Outcome);
            await server.Api.ActAsync("process/start", "uid", $"{name}:web:web_00");
        }

        await stream.ProcessAsync("pinned:web:web_00", "RUNNING", Soon);
    }
}
