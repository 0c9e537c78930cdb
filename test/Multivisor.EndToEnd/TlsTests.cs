using System.Diagnostics;
using Multivisor.Contract;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>supervisord → agent → TLS, certificates, token → server, with what <c>--init-tls</c> makes.</summary>
public abstract class TlsCompliance : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("mvtls-");

    private string Folder => Path.Combine(_parent.FullName, "tls");

    private (string Name, string Value)[] Protection =>
    [
        ("tls_cert", $"{Folder}/agent-127.0.0.1.pem"), ("tls_key", $"{Folder}/agent-127.0.0.1.key"), ("tls_client_ca", $"{Folder}/ca.pem"), ("token_file", $"{Folder}/token"),
    ];

    /// <summary>Options to start with, for the settings of these names.</summary>
    protected abstract SupervisordOptions With(SupervisordOptions options, (string Name, string Value)[] settings);

    public async ValueTask InitializeAsync()
    {
        using var init = Process.Start(new ProcessStartInfo(Site.Agent.Program, ["--init-tls", Folder, "--tls-name", "127.0.0.1"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var told = await init.StandardOutput.ReadToEndAsync();
        await init.WaitForExitAsync();
        Assert.True(init.ExitCode == 0, told);
    }

    public ValueTask DisposeAsync()
    {
        _parent.Delete(recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ProtectedLink_CarriesStateEventsAndActions()
    {
        await using var supervisord = await StartAsync(Protection);
        await using var server = await ServerProcess.StartAsync(Config(supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();

        Assert.True((await ConnectedAsync(server)).Protected);
        Assert.Equal("done", Assert.Single((await server.Api.ActAsync("process/stop", "uid", "one:web:web")).Results).Outcome);
        await stream.ProcessAsync("one:web:web", "STOPPED");
        var token = (await File.ReadAllTextAsync(Path.Combine(Folder, "token"))).Trim();
        Assert.DoesNotContain(token, server.Log + supervisord.AgentLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongToken_IsToldOnBothSides()
    {
        await using var supervisord = await StartAsync(Protection);
        await File.WriteAllTextAsync(Path.Combine(Folder, "wrong"), "a token of another site");
        await using var server = await ServerProcess.StartAsync(Config(supervisord.AgentPort).Replace("/token", "/wrong", StringComparison.Ordinal));

        await ErrorAsync(server, "the token is wrong");
        await AgentSaysAsync(supervisord, "its token is wrong");
    }

    [Fact]
    public async Task PlainUrlToAProtectedAgent_IsToldOnBothSides()
    {
        await using var supervisord = await StartAsync(Protection);
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));

        Assert.False((await server.Api.SupervisorAsync("one")).Link!.Protected);
        await ErrorAsync(server, "this agent wants TLS");
        await AgentSaysAsync(supervisord, "it does not begin with TLS");
    }

    [Fact]
    public async Task TlsUrlToAPlainAgent_IsToldOnBothSides()
    {
        await using var supervisord = await StartAsync();
        await using var server = await ServerProcess.StartAsync(Config(supervisord.AgentPort));

        await ErrorAsync(server, "speaks without TLS");
        await AgentSaysAsync(supervisord, "it begins with TLS");
    }

    [Fact]
    public async Task ReadOnlyAgent_SaysSoInTheResultOfAnAction()
    {
        await using var supervisord = await StartAsync(("read_only", "true"));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));

        await ConnectedAsync(server);
        var result = Assert.Single((await server.Api.ActAsync("process/stop", "uid", "one:web:web")).Results);

        Assert.Contains("stopProcess is not allowed: ", result.Message, StringComparison.Ordinal);
    }

    private string Config(int port) => $"""
        [global]
        tls_ca = {Folder}/ca.pem
        tls_cert = {Folder}/server.pem
        tls_key = {Folder}/server.key
        token_file = {Folder}/token
        [supervisor:one]
        url = tls://127.0.0.1:{port}
        """;

    private Task<SupervisordInstance> StartAsync(params (string Name, string Value)[] settings) =>
        Site.StartAsync(With(new SupervisordOptions { Identifier = "one", Sections = SupervisordOptions.Sleepers("web", 1) }, settings));

    /// <summary>On a busy machine the first attempt may take longer than it may.</summary>
    private static Task<LinkJson> ConnectedAsync(ServerProcess server) => Eventually.BecomesAsync(
        async () => (await server.Api.SupervisorAsync("one")).Link!, link => link.State == "connected", Limit);

    private static Task ErrorAsync(ServerProcess server, string text) => Eventually.BecomesAsync(
        async () => (await server.Api.SupervisorAsync("one")).Link?.Error ?? "", error => error.Contains(text, StringComparison.Ordinal), Limit);

    private static Task AgentSaysAsync(SupervisordInstance supervisord, string text) => Eventually.BecomesAsync(
        () => Task.FromResult(supervisord.AgentLog), log => log.Contains(text, StringComparison.Ordinal), Limit);
}

public sealed class TlsTests : TlsCompliance
{
    protected override SupervisordOptions With(SupervisordOptions options, (string Name, string Value)[] settings) => options with
    {
        Agent = Site.Agent with { Arguments = string.Join(' ', settings.Select(s => $"--{s.Name.Replace('_', '-')} {(s.Value == "true" ? "" : s.Value)}")) },
    };
}

public sealed class PlugInTlsTests : TlsCompliance
{
    protected override SupervisordOptions With(SupervisordOptions options, (string Name, string Value)[] settings) =>
        options with { PlugIn = new SupervisordPlugIn(string.Join('\n', settings.Select(s => $"{s.Name}={s.Value}"))) };
}
