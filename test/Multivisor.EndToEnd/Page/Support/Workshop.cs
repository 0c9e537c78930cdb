using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>
/// A site of two hosts for tests that change states. Each test has groups of its own, named for it, and looks at nothing else, so that none
/// sees what another does. A test that takes a host or the server away has a site of its own.
/// </summary>
public sealed class Workshop : IAsyncLifetime
{
    /// <summary>Two processes on each host for a test that needs healthy ones.</summary>
    private static readonly string[] Groups =
    [
        "outside-desk", "outside-phone", "killed-desk", "killed-phone", "filter", "stopone-desk", "stopone-phone",
        "stopmany-desk", "stopmany-phone", "restart", "signal", "group", "order", "keys", "dialogkeys", "why", "sort", "mode",
        "details-desk", "details-phone", "bell", "subpath", "lost-desk", "lost-phone", "network", "hidden",
    ];

    /// <summary>Programs of host one with a log of stdout and none of stderr.</summary>
    private static readonly string[] Writers = ["logbook", "hostile", "history", "linked", "pair-a", "pair-b", "colours", "swept"];

    private SupervisordInstance? _one;
    private SupervisordInstance? _two;
    private ServerProcess? _server;

    internal ServerProcess Server => _server!;

    internal Api Api => Server.Api;

    /// <summary>Its hosts, for a server of a test's own.</summary>
    internal (string Name, int Port)[] Supervisors => [("one", _one!.AgentPort), ("two", _two!.AgentPort)];

    /// <summary>Where the program <c>one:talker:talker</c> writes.</summary>
    internal string TalkerLog => Path.Combine(_one!.Folder, "talker.out");

    /// <summary>Where a program of <see cref="Writers"/> would write; tests write there themselves.</summary>
    internal string LogOf(string program) => Path.Combine(_one!.Folder, $"{program}.out");

    internal async Task<string> StateOfAsync(string uid) => (await Api.SupervisorsAsync())[uid.Split(':')[0]].Processes[uid].StateName;

    /// <summary>Ends a process as nobody expects it to.</summary>
    internal async Task KillAsync(string uid)
    {
        var supervisor = await Eventually.BecomesAsync(
            () => Api.SupervisorAsync(uid.Split(':')[0]), now => now.Processes[uid].Pid is > 0, TimeSpan.FromSeconds(30));
        SupervisordInstance.Signal(supervisor.Processes[uid].Pid!.Value, "KILL");
    }

    public async ValueTask InitializeAsync()
    {
        var sleepers = string.Concat(Groups.Select(group => SupervisordOptions.Sleepers(group, 2)));
        var one = Site.StartAsync(
            "one", sleepers + ShortLived("fatal-desk") + ShortLived("fatal-phone") + Missing("fails") + Talker + Deceptive + string.Concat(Writers.Select(Writer)));
        var two = Site.StartAsync("two", sleepers);
        _one = await one;
        _two = await two;
        _server = await ServerProcess.StartAsync(("one", _one.AgentPort), ("two", _two.AgentPort));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_server.Port}") };
        Assert.Contains("id=\"app\"", await http.GetStringAsync("/"), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_two is not null)
            await _two.DisposeAsync();
        if (_one is not null)
            await _one.DisposeAsync();
    }

    /// <summary>A program that ends before it counts as started: FATAL at its first start.</summary>
    private static string ShortLived(string name) =>
        $"[program:{name}]\ncommand=/bin/sh -c \"exit 3\"\nautostart=false\nstartretries=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n";

    /// <summary>A program that is not on the host.</summary>
    private static string Missing(string name) =>
        $"[program:{name}]\ncommand=/does/not/exist\nautostart=false\nstdout_logfile=NONE\nstderr_logfile=NONE\n";

    private static string Writer(string name) =>
        $"[program:{name}]\ncommand=/bin/sleep 100000\nstartsecs=0\nstdout_logfile={{dir}}/{name}.out\nstderr_logfile=NONE\n";

    /// <summary>One that seems to be called "pump_txt.exe".</summary>
    internal const string DeceptiveName = "pump_\u202Eexe.txt";

    private const string Deceptive =
        $"[program:{DeceptiveName}]\ncommand=/bin/sleep 100000\nstartsecs=0\nautorestart=false\nstdout_logfile=NONE\nstderr_logfile=NONE\n";

    private const string Talker = """
        [program:talker]
        command=/bin/sh -c "echo first line; echo warned >&2; sleep 100000"
        startsecs=0
        autorestart=false
        stdout_logfile={dir}/talker.out
        stderr_logfile={dir}/talker.err

        """;
}
