using System.Diagnostics.CodeAnalysis;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent;

/// <summary>What the operator and supervisord told the agent at its start.</summary>
internal sealed record AgentOptions
{
    public required BindAddress Bind { get; init; }

    /// <summary>Where our supervisord answers, with the credentials of the environment.</summary>
    public required SupervisordUrl Supervisord { get; init; }

    /// <summary>Name of our event listener group.</summary>
    public required string Group { get; init; }

    /// <summary>Name of our process in it.</summary>
    public required string Process { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Info;

    /// <summary>From which files the port is protected; null serves everybody who reaches it, without TLS.</summary>
    public ServerSecurityFiles? Security { get; init; }

    /// <summary>Supervisord is woken when it has something to notice.</summary>
    public bool Wakes { get; init; } = true;

    public MethodAccess Access { get; init; } = MethodAccess.Everything;

    /// <summary>Reads what supervisord puts into the environment of an event listener.</summary>
    /// <param name="environment">Answers the value of a variable, null if it is not set.</param>
    /// <param name="problem">What is missing and what to do, one line.</param>
    public static bool TryCreate(
        BindAddress bind, LogLevel level, Func<string, string?> environment, [NotNullWhen(true)] out AgentOptions? options, out string problem)
    {
        options = null;
        var server = environment("SUPERVISOR_SERVER_URL");
        if (string.IsNullOrEmpty(server))
        {
            problem = "multivisor-rpc can only run as supervisor eventlistener: " + (environment("SUPERVISOR_ENABLED") is null
                ? "put it into an [eventlistener:multivisor-rpc] section of supervisord's configuration (SUPERVISOR_SERVER_URL is not set)"
                : "this supervisord has no HTTP server (SUPERVISOR_SERVER_URL is not set): add a [unix_http_server] section to its configuration");
            return false;
        }

        if (!SupervisordUrl.TryParse(server, out var url, out problem))
        {
            problem = $"SUPERVISOR_SERVER_URL is no address of a supervisord: {problem}";
            return false;
        }

        var userName = environment("SUPERVISOR_USERNAME");
        var password = environment("SUPERVISOR_PASSWORD");
        if (userName is not null || password is not null)
            url = url.WithCredentials(userName ?? "", password ?? "");
        options = new AgentOptions
        {
            Bind = bind,
            Supervisord = url,
            Group = environment("SUPERVISOR_GROUP_NAME") ?? "multivisor-rpc",
            Process = environment("SUPERVISOR_PROCESS_NAME") ?? "multivisor-rpc",
            LogLevel = level,
        };
        return true;
    }
}
