using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>A supervisor as the API shows it: the original's members, and <see cref="Link"/> and <see cref="StaleProcesses"/> beside them.</summary>
public sealed record SupervisorJson
{
    /// <summary>Null while not connected, like <see cref="Identification"/>, <see cref="Pid"/> and <see cref="SupervisorVersion"/>.</summary>
    public string? ApiVersion { get; init; }

    public string Host { get; init; } = "";

    public string? Identification { get; init; }

    public LinkJson? Link { get; init; }

    public string Name { get; init; } = "";

    public long? Pid { get; init; }

    /// <summary>By uid; empty while not connected.</summary>
    public IReadOnlyDictionary<string, ProcessJson> Processes { get; init; } = new Dictionary<string, ProcessJson>(StringComparer.Ordinal);

    public bool Running { get; init; }

    /// <summary>Only while not connected: the processes as they were last seen, by uid, each marked stale.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ProcessJson>? StaleProcesses { get; init; }

    public string? SupervisorVersion { get; init; }

    /// <summary>The text of <c>url=</c> in the configuration.</summary>
    public string Url { get; init; } = "";

    /// <summary>Always null, as in the original.</summary>
    public string? Version { get; init; }
}

/// <summary>How the server stands with a supervisor.</summary>
public sealed record LinkJson
{
    /// <summary>The program at the other end: <c>multivisor-rpc</c>, or <c>original</c> for one that does not announce itself.</summary>
    public string? Agent { get; init; }

    /// <summary>uid of the agent's own process; patterns never stop it.</summary>
    public string? AgentUid { get; init; }

    public string? AgentVersion { get; init; }

    /// <summary>What happened, where, and what to do; null while connected.</summary>
    public string? Error { get; init; }

    /// <summary>Unix seconds.</summary>
    public double Since { get; init; }

    /// <summary><c>connecting</c>, <c>connected</c>, <c>stopping</c> or <c>lost</c>.</summary>
    public string State { get; init; } = "";
}
