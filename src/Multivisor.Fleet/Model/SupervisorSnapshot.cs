using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Links;

namespace Multivisor.Fleet.Model;

/// <summary>What is known of one supervisor at one moment. Immutable; a new one is published for every change.</summary>
public sealed record SupervisorSnapshot
{
    private SerializedForm _serialized;

    public required string Name { get; init; }

    /// <summary>The text of <c>url=</c> in the configuration, maybe empty.</summary>
    public required string Url { get; init; }

    public required string Host { get; init; }

    /// <summary>What the configuration says of it to find it by.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Connected, and its state is being followed. Only then is <see cref="Processes"/> the truth.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Null unless <see cref="IsRunning"/>, like the other facts that supervisord tells of itself.</summary>
    public SupervisorIdentity? Identity { get; init; }

    /// <summary>The processes; the last known ones, therefore stale, while <see cref="IsRunning"/> is false.</summary>
    public ProcessTable Processes { get; init; } = ProcessTable.Empty;

    /// <summary>The agent's own process, which no pattern may stop: through it the host is reached. Null if there is none.</summary>
    public string? AgentNamespec { get; init; }

    public required LinkStatus Link { get; init; }

    /// <summary>Bytes made from this snapshot, made once.</summary>
    public ref SerializedForm Serialized => ref _serialized;

    public SupervisorSnapshot()
    {
    }

    /// <summary>A copy starts without bytes: they belong to the snapshot they were made of.</summary>
    [SetsRequiredMembers]
    private SupervisorSnapshot(SupervisorSnapshot original)
    {
        Name = original.Name;
        Url = original.Url;
        Host = original.Host;
        Labels = original.Labels;
        IsRunning = original.IsRunning;
        Identity = original.Identity;
        Processes = original.Processes;
        AgentNamespec = original.AgentNamespec;
        Link = original.Link;
    }
}
