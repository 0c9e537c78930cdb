using System.Collections.Immutable;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Links;

/// <summary>All that the fleet knows of a wire. One implementation per way to reach a supervisord.</summary>
public interface ISupervisorLink
{
    /// <summary>Where it connects to, for messages: <c>lid002:9002</c>.</summary>
    string Address { get; }

    /// <summary>File descriptors that a connection takes.</summary>
    int Descriptors => 1;

    /// <summary>Connects and subscribes: every change from now on is told by <see cref="ISupervisorConnection.FollowAsync"/>.</summary>
    /// <exception cref="LinkException">Not reachable, or not what was expected; the message is for an operator.</exception>
    Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken);
}

/// <summary>One live connection to one supervisord. Never reconnects.</summary>
/// <remarks>
/// Every call may throw <see cref="SupervisordFaultException"/> (supervisord refused) or <see cref="LinkException"/>
/// (no answer). Calls may run in parallel; who limits them is the caller.
/// </remarks>
public interface ISupervisorConnection : IAsyncDisposable
{
    AgentInfo Agent { get; }

    /// <summary>Where this connection leads, when it is another place than its link says.</summary>
    string? Address => null;

    /// <summary>What is said on this connection cannot be read or changed on its way; null when its link knows best.</summary>
    bool? IsProtected => null;

    /// <summary>
    /// True when nobody tells of changes, or not of all: the full state must be read again and again to find them. Then
    /// <see cref="FollowAsync"/> only hints that it is time.
    /// </summary>
    bool IsPolled => false;

    /// <summary>Tells the changes since the connection was made. Ends or throws when the connection is lost. To be called once.</summary>
    /// <param name="onChange">Called in order, one at a time, by whoever brings the change; must be quick and must not throw.</param>
    /// <param name="cancellationToken">Ends it, by an exception. A last change may be told meanwhile.</param>
    Task FollowAsync(Action<LinkChange> onChange, CancellationToken cancellationToken);

    /// <summary>The cheapest question there is, to learn whether supervisord still answers.</summary>
    Task<long> ReadPidAsync(CancellationToken cancellationToken);

    Task<SupervisorIdentity> ReadIdentityAsync(CancellationToken cancellationToken);

    Task<ImmutableArray<ProcessInfo>> ReadProcessesAsync(CancellationToken cancellationToken);

    /// <summary>Both at once, as cheaply as this wire can.</summary>
    /// <param name="known">What was read of the identity before; null when it must be read.</param>
    async Task<(SupervisorIdentity Identity, ImmutableArray<ProcessInfo> Processes)> ReadStateAsync(
        SupervisorIdentity? known, CancellationToken cancellationToken)
    {
        // Side by side: one round trip for both.
        var identity = known is null ? ReadIdentityAsync(cancellationToken) : Task.FromResult(known);
        var processes = ReadProcessesAsync(cancellationToken);
        await Task.WhenAll(identity, processes);
        return (await identity, await processes);
    }

    Task<ProcessInfo> ReadProcessAsync(string namespec, CancellationToken cancellationToken);

    /// <summary>Asks to start; does not wait until it runs.</summary>
    Task StartProcessAsync(string namespec, CancellationToken cancellationToken);

    /// <summary>Asks to stop; does not wait until it stopped.</summary>
    Task StopProcessAsync(string namespec, CancellationToken cancellationToken);

    Task SignalProcessAsync(string namespec, string signal, CancellationToken cancellationToken);

    /// <summary>Writes to its standard input; the text is sent as UTF-8.</summary>
    Task SendStdinAsync(string namespec, string text, CancellationToken cancellationToken);

    /// <summary>Asks to start all that do not run; does not wait. One status for each process that was asked.</summary>
    Task<ImmutableArray<ProcessStatus>> StartGroupAsync(string group, CancellationToken cancellationToken);

    /// <summary>Asks to stop all that run; does not wait. One status for each process that was asked.</summary>
    Task<ImmutableArray<ProcessStatus>> StopGroupAsync(string group, CancellationToken cancellationToken);

    Task AddGroupAsync(string group, CancellationToken cancellationToken);

    Task RemoveGroupAsync(string group, CancellationToken cancellationToken);

    /// <summary>Makes supervisord re-read its configuration file; nothing running changes.</summary>
    Task<ConfigurationChanges> ReloadConfigurationAsync(CancellationToken cancellationToken);

    Task RestartAsync(CancellationToken cancellationToken);

    Task ShutdownAsync(CancellationToken cancellationToken);

    /// <summary>The best way to read logs that this host offers.</summary>
    ILogSource Logs { get; }

    /// <summary>Makes supervisord delete and recreate both logs of a process; it does nothing for one that does not run.</summary>
    Task ClearLogsAsync(string namespec, CancellationToken cancellationToken);
}

/// <summary>What supervisord tells of itself.</summary>
public sealed record SupervisorIdentity(long Pid, string Identification, string ApiVersion, string SupervisorVersion);

/// <summary>Who answers at the other end of a link.</summary>
/// <param name="Program">
/// <c>multivisor-rpc</c> for ours; <c>original</c> for an agent that does not announce itself; <c>supervisord</c> where there is none.
/// </param>
/// <param name="Namespec">Its own process under that supervisord; null when it is none or not known.</param>
public sealed record AgentInfo(string Program, string? Version, string? Namespec, ImmutableHashSet<string> Features)
{
    public const string Original = "original";

    /// <summary>Nobody between: supervisord itself answers.</summary>
    public const string Supervisord = "supervisord";

    /// <summary>It reads log files where they lie.</summary>
    public bool ReadsLogs => Features.Contains("logs");

    /// <summary>It repairs lost events itself and tells of groups added or removed.</summary>
    public bool Reconciles => Features.Contains("reconcile");

    /// <summary>It tells, by an event or by its own silence, when supervisord answers nothing.</summary>
    public bool Watches => Features.Contains("watch");
}

/// <summary>Names of groups, as <c>reloadConfig</c> reports them.</summary>
public sealed record ConfigurationChanges(ImmutableArray<string> Added, ImmutableArray<string> Changed, ImmutableArray<string> Removed);

/// <summary>A wire failed: refused, broken, silent, or talking nonsense. The message is for an operator.</summary>
public sealed class LinkException(string message, Exception? inner = null) : Exception(message, inner);
