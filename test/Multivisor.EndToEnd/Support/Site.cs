using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>Real supervisords with our agents.</summary>
internal static class Site
{
    /// <summary>A program that ignores TERM: its stop takes <c>stopwaitsecs</c>.</summary>
    public static string Stubborn(string name, int seconds) => $"""
        [program:{name}]
        command=/usr/bin/python3 -c "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(100000)"
        stopwaitsecs={seconds}
        startsecs=0
        autorestart=false
        stdout_logfile=NONE
        stderr_logfile=NONE

        """;

    /// <summary>As the README has it: nothing but the command and two kinds of events.</summary>
    public static SupervisordAgent Agent { get; } = new(Path.Combine(AppContext.BaseDirectory, "multivisor-rpc"));

    /// <summary>How long a supervisord with many programs may take on a machine with much else to do.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Starts a supervisord and waits until its agent listens.</summary>
    public static Task<SupervisordInstance> StartAsync(string name, string sections) =>
        StartAsync(new SupervisordOptions { Identifier = name, Sections = sections, Agent = Agent });

    /// <summary>The same with our plug-in instead.</summary>
    public static Task<SupervisordInstance> StartPlugInAsync(string name, string sections, bool daemon = false) =>
        StartAsync(new SupervisordOptions { Identifier = name, Sections = sections, PlugIn = new SupervisordPlugIn(), Daemon = daemon });

    public static async Task<SupervisordInstance> StartAsync(SupervisordOptions options)
    {
        var supervisord = await SupervisordInstance.StartAsync(options with { StartTimeout = StartTimeout });
        await Eventually.BecomesAsync(() => Listening.AcceptsAsync(supervisord.AgentPort), accepts => accepts, StartTimeout);
        return supervisord;
    }
}
