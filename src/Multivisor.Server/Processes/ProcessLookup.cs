using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Supervisors;

namespace Multivisor.Server.Processes;

/// <summary>Finds a process by its uid.</summary>
internal static class ProcessLookup
{
    public static bool TryFind(
        SupervisorFleet fleet, string uid, [NotNullWhen(true)] out Supervisor? supervisor, [NotNullWhen(true)] out ProcessSnapshot? process)
    {
        supervisor = null;
        process = null;
        var colon = uid.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && fleet.TryGet(uid[..colon], out supervisor)
            && supervisor.Snapshot.Processes.TryGet(uid[(colon + 1)..], out process);
    }
}
