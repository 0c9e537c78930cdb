using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>A supervisor as the API shows it: the original's members, and <see cref="Link"/> and <see cref="StaleProcesses"/> beside them.</summary>
public sealed record SupervisorJson
{
    /// <summary>Null while not connected, like <see cref="Identification"/>, <see cref="Pid"/> and <see cref="SupervisorVersion"/>.</summary>
    public string? ApiVersion { get; init; }

    public string Host { get; init; } = "";

    public string? Identification { get; init; }

    /// <summary>What the configuration says of it to find it by; left out when it says nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

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

/// <summary>
/// How the server stands with a supervisor. Events bring it when something changed; <see cref="LastContact"/>,
/// <see cref="RoundTrip"/> and <see cref="NextAttempt"/> alone make none, ask <c>/api/data</c> or <c>/api/supervisor/info</c>
/// for their present values.
/// </summary>
public sealed record LinkJson
{
    /// <summary>Where the server connects to.</summary>
    public string Address { get; init; } = "";

    /// <summary>
    /// The program at the other end: <c>multivisor-rpc</c>, <c>original</c> for an agent that does not announce itself, or <c>supervisord</c> itself.
    /// </summary>
    public string? Agent { get; init; }

    /// <summary>uid of the agent's own process; patterns never stop it.</summary>
    public string? AgentUid { get; init; }

    public string? AgentVersion { get; init; }

    /// <summary>
    /// How far supervisord's clock is before the server's, seconds; negative behind, 0 while they agree as far as whole seconds tell, null
    /// before it was measured.
    /// </summary>
    public double? ClockDifference { get; init; }

    /// <summary>What happened, where, and what to do; null while connected.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// <c>agent</c> (multivisor-rpc), <c>original</c> (an agent of the original, which loses events in bursts) or <c>direct</c> (supervisord
    /// itself, which is asked again and again); null before the first contact.
    /// </summary>
    public string? Kind { get; init; }

    /// <summary>When anything was last heard of it, Unix seconds; null before the first time. At most some seconds old while connected.</summary>
    public double? LastContact { get; init; }

    /// <summary>While lost: when it is tried again, Unix seconds; null while it is being tried.</summary>
    public double? NextAttempt { get; init; }

    /// <summary>How often the state is asked for, seconds, on a <c>direct</c> link; null where changes are told.</summary>
    public double? PollPeriod { get; init; }

    /// <summary>The link is inside TLS, ssh, or this machine. An unprotected one can be read and used by everybody on its way.</summary>
    public bool Protected { get; init; }

    /// <summary>How long the last small question to supervisord took, seconds; null while not connected.</summary>
    public double? RoundTrip { get; init; }

    /// <summary>When <see cref="State"/> began, Unix seconds: while connected, connected since.</summary>
    public double Since { get; init; }

    /// <summary>supervisord answers so slowly that it is asked less often than would be wanted; see <see cref="PollPeriod"/>.</summary>
    public bool Slow { get; init; }

    /// <summary><c>connecting</c>, <c>connected</c>, <c>stopping</c> or <c>lost</c>.</summary>
    public string State { get; init; } = "";
}

/// <summary>The answer to <c>/api/data</c>, without the settings of the configuration that stand beside.</summary>
/// <param name="Name">What the operator calls the site.</param>
public sealed record SiteJson(string Name, IReadOnlyDictionary<string, SupervisorJson> Supervisors);
