using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Cli.Tests.Support;

/// <summary>A real supervisord behind two servers: one that anybody may use, and one with users. Each test has a group of its own.</summary>
public sealed class CliSite : IAsyncLifetime
{
    private static readonly string[] Groups = ["read", "one", "many", "shell", "group", "live", "ask", "paste", "follow", "waits", "top"];

    private static readonly string Programs = string.Concat(Groups.Select(group => SupervisordOptions.Sleepers(group, 2))) + """
        [program:talks]
        command=/bin/sh -c "printf 'first\nsecond \033[31mred\033[0m\n\033[2Jhostile\nlast\n'; echo a warning >&2; exec sleep 100000"
        startsecs=0
        stdout_logfile={dir}/talks.out
        stderr_logfile={dir}/talks.err

        [program:broken]
        command=/no/such/program
        autostart=false
        startretries=0
        stdout_logfile=NONE
        stderr_logfile=NONE

        """;

    private SupervisordInstance? _supervisord;
    private ServerProcess? _open;
    private ServerProcess? _closed;

    internal string Url => $"127.0.0.1:{_open!.Port}";

    /// <summary>Of the server with users: eva (admin), vera (viewer), both with the password <c>correct horse</c>.</summary>
    internal string ClosedUrl => $"127.0.0.1:{_closed!.Port}";

    internal Api Api => _open!.Api;

    internal async Task<string> StateOfAsync(string uid) => (await Api.SupervisorsAsync())["one"].Processes[uid].StateName;

    public async ValueTask InitializeAsync()
    {
        _supervisord = await Site.StartAsync("one", Programs);
        _open = await ServerProcess.StartAsync(("one", _supervisord.AgentPort));
        _closed = await ServerProcess.StartAsync(
            ServerProcess.Configuration("", ("one", _supervisord.AgentPort))
            + "[user:eva]\npassword=correct horse\nrole=admin\n[user:vera]\npassword=correct horse\nrole=viewer\n");
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed is not null)
            await _closed.DisposeAsync();
        if (_open is not null)
            await _open.DisposeAsync();
        if (_supervisord is not null)
            await _supervisord.DisposeAsync();
    }
}

/// <summary>Tests that share one site; they run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class CliCollection : ICollectionFixture<CliSite>
{
    public const string Name = "site";
}
