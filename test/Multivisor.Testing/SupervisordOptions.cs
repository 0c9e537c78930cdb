using System.Text;

namespace Multivisor.Testing;

/// <summary>What a <see cref="SupervisordInstance"/> is started with. The defaults: a unix socket, no password, no programs.</summary>
public sealed record SupervisordOptions
{
    /// <summary>supervisord's own name for itself; put into every event.</summary>
    public string Identifier { get; init; } = "sup";

    public bool UnixSocket { get; init; } = true;

    /// <summary>A TCP port on 127.0.0.1, chosen by the instance.</summary>
    public bool Inet { get; init; }

    /// <summary>With <see cref="Password"/>: wanted on every HTTP server of the instance.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>
    /// Further sections, as in supervisord.conf. <c>{dir}</c> stands for the instance's folder. Give programs
    /// <c>stdout_logfile=NONE</c> and <c>stderr_logfile=NONE</c>, or files in <c>{dir}</c>: never /dev/null, which supervisord would delete and recreate.
    /// </summary>
    public string Sections { get; init; } = "";

    /// <summary>Starts a Multivisor agent as an event listener, as a README would have it.</summary>
    public SupervisordAgent? Agent { get; init; }

    /// <summary>Loads the plug-in of this repository, on the agent's port.</summary>
    public SupervisordPlugIn? PlugIn { get; init; }

    /// <summary>supervisord goes into the background, as a system starts it.</summary>
    public bool Daemon { get; init; }

    /// <summary>Further environment of supervisord itself.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long supervisord may take to answer.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Sections for one program of so many <c>/bin/sleep</c>, named <c>{group}:{group}_00</c> and so on.</summary>
    /// <param name="more">Further settings, one per line.</param>
    public static string Sleepers(string group, int count, string more = "") => new StringBuilder()
        .AppendLine($"[program:{group}]")
        .AppendLine("command=/bin/sleep 100000")
        .AppendLine(count == 1 ? "" : $"numprocs={count}\nprocess_name=%(program_name)s_%(process_num)02d")
        .AppendLine("stdout_logfile=NONE\nstderr_logfile=NONE\nstartsecs=0\nautorestart=false")
        .AppendLine(more)
        .ToString();
}

/// <summary>An <c>[rpcinterface:multivisor]</c> section.</summary>
/// <param name="Settings">Beside <c>bind</c>, one per line.</param>
public sealed record SupervisordPlugIn(string Settings = "")
{
    /// <summary>Null for the agent's port of the instance.</summary>
    public string? Bind { get; init; }

    /// <summary>Where the package is; null for this repository's.</summary>
    public string? Folder { get; init; }
}

/// <summary>An <c>[eventlistener:multivisor-rpc]</c> section.</summary>
/// <param name="Program">Path of the agent's executable, or a command line.</param>
public sealed record SupervisordAgent(string Program)
{
    public string Events { get; init; } = "PROCESS_STATE,SUPERVISOR_STATE_CHANGE";

    /// <summary>Further arguments after <c>--bind</c>.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>Further settings of the section, one per line.</summary>
    public string Settings { get; init; } = "";
}
