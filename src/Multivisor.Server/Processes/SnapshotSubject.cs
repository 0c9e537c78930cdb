using Multivisor.Contract.Filter;
using Multivisor.Fleet.Model;

namespace Multivisor.Server.Processes;

/// <summary>A process of the live model as a filter sees it.</summary>
internal sealed class SnapshotSubject(ProcessSnapshot process, SupervisorSnapshot supervisor) : FilterSubject
{
    protected override string Uid => process.Uid;

    protected override string Name => process.Info.Name;

    protected override string Group => process.Info.Group;

    protected override string Supervisor => process.Supervisor;

    protected override string Host => process.Host;

    protected override int? State => (int)process.Info.State;

    protected override string StateName => process.Info.StateName;

    protected override long? Pid => process.Info.Pid;

    protected override long ExitStatus => process.Info.ExitStatus;

    protected override bool? ExitExpected => process.ExitExpected;

    protected override string Description => process.Info.Description;

    protected override string SpawnError => process.Info.SpawnError;

    protected override bool IsStale => !supervisor.IsRunning;

    protected override bool IsAgent => process.Info.Namespec == supervisor.AgentNamespec;

    protected override IEnumerable<KeyValuePair<string, string>> LabelPairs => supervisor.Labels;
}
