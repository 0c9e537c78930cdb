using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet.Links;

namespace Multivisor.Fleet.Model;

/// <summary>What is known of one supervisor at one moment. Immutable; a new one is published for every change.</summary>
public sealed record SupervisorSnapshot
{
    public required string Name { get; init; }

    /// <summary>The text of <c>url=</c> in the configuration, maybe empty.</summary>
    public required string Url { get; init; }

    public required string Host { get; init; }

    /// <summary>Connected, and its state is being followed. Only then is <see cref="Processes"/> the truth.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Null unless <see cref="IsRunning"/>, like the other facts that supervisord tells of itself.</summary>
    public SupervisorIdentity? Identity { get; init; }

    /// <summary>The processes; the last known ones, therefore stale, while <see cref="IsRunning"/> is false.</summary>
    public ProcessTable Processes { get; init; } = ProcessTable.Empty;

    public required LinkStatus Link { get; init; }

    /// <summary>Bytes made from this snapshot, made once.</summary>
    public SerializedForm Serialized { get; } = new();

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
        IsRunning = original.IsRunning;
        Identity = original.Identity;
        Processes = original.Processes;
        Link = original.Link;
        Serialized = new SerializedForm();
    }
}

public enum LinkState
{
    /// <summary>No attempt has ended yet.</summary>
    Connecting,
    Connected,

    /// <summary>supervisord said that it stops or restarts; it answers nothing until it is back.</summary>
    Stopping,
    Lost,
}

/// <summary>How we stand with a supervisor.</summary>
/// <param name="Since">When <paramref name="State"/> began.</param>
/// <param name="Error">What happened, where, and what to do, for an operator; null while connected.</param>
/// <param name="Agent">Who answers at the other end; the last known one while lost.</param>
public sealed record LinkStatus(LinkState State, DateTimeOffset Since, string? Error = null, AgentInfo? Agent = null);
