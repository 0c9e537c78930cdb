using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>A site on a bad day: something of every kind that can be wrong, between much that is well.</summary>
public sealed class Laboratory : IAsyncLifetime
{
    private static readonly (string Name, string Programs)[] Hosts =
    [
        ("lid001", Group("PLC", "wcid00a", "wcid00b", "wcid00c", "wcid00d") + Group("vacuum", "vacuum_EH1", "vacuum_EH2", "vacuum_OH1")
            + Running("machine_status") + Program("archive_nightly", "/bin/true", "autorestart=unexpected")),
        ("lid002", Group("motion", "motion_icepap", "motion_speedgoat") + Group("cameras", "camera_basler1", "camera_pilatus2")
            + Program("xray_shutter", "/bin/sh -c 'exit 2'") + Program("beam_monitor", "/bin/sh -c 'exit 1'", "startsecs=1\nstartretries=1000")),
        ("baslid001", Group("bliss", "config_beacon", "config_redis", "data_writer", "scan_server") + Running("stepper")
            + Program("oscilloscope", "/opt/oscilloscope/bin/oscilloscope", "startretries=0")),
        ("lid003", Group("sample", "cryo_stream", "sample_changer")),
    ];

    private readonly List<SupervisordInstance> _supervisors = [];
    private ServerProcess? _server;

    internal ServerProcess Server => _server!;

    public async ValueTask InitializeAsync()
    {
        foreach (var start in Hosts.Select(host => Site.StartAsync(host.Name, host.Programs)).ToArray())
            _supervisors.Add(await start);
        var links = Hosts.Zip(_supervisors, (host, supervisor) => $"[supervisor:{host.Name}]\nurl=127.0.0.1:{supervisor.AgentPort}\n");
        _server = await ServerProcess.StartAsync($"[global]\nname=PE Lab\n{string.Concat(links)}");
        await _server.Api.ActAsync("process/stop", "uid", "lid002:cameras:camera_pilatus2");
        _supervisors[^1].Kill();
        await Eventually.BecomesAsync(() => _server.Api.SupervisorAsync("lid003"), supervisor => !supervisor.Running, TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        foreach (var supervisor in _supervisors)
            await supervisor.DisposeAsync();
    }

    private static string Group(string name, params string[] programs) =>
        $"[group:{name}]\nprograms={string.Join(',', programs)}\n{string.Concat(programs.Select(Running))}";

    private static string Running(string name) => Program(name, "/bin/sleep 100000", $"stdout_logfile={{dir}}/{name}.log");

    /// <param name="more">Further settings, in place of those that are usual here.</param>
    private static string Program(string name, string command, string more = "")
    {
        var usual = new[] { "startsecs=0", "autorestart=false", "stdout_logfile=NONE", "stderr_logfile=NONE" };
        var settings = usual.Where(setting => !more.Contains(setting[..(setting.IndexOf('=') + 1)], StringComparison.Ordinal));
        return $"[program:{name}]\ncommand={command}\n{string.Join('\n', settings)}\n{more}\n";
    }
}
