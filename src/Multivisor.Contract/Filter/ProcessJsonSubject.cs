namespace Multivisor.Contract.Filter;

/// <summary>A process of the API's JSON as a filter sees it.</summary>
/// <param name="supervisor">Its supervisor: what agent it has and how it is labelled.</param>
public sealed class ProcessJsonSubject(ProcessJson process, SupervisorJson? supervisor) : FilterSubject
{
    protected override string Uid => process.Uid;

    protected override string Name => process.Name;

    protected override string Group => process.Group;

    protected override string Supervisor => process.Supervisor;

    protected override string Host => process.Host;

    protected override int? State => process.State;

    protected override string StateName => process.StateName;

    protected override long? Pid => process.Pid;

    protected override long ExitStatus => process.ExitStatus;

    protected override bool? ExitExpected => process.Expected;

    protected override string Description => process.Description;

    protected override string SpawnError => process.SpawnError;

    protected override bool IsStale => process.Stale;

    protected override bool IsAgent => supervisor?.Link?.AgentUid == process.Uid;

    protected override IEnumerable<KeyValuePair<string, string>> LabelPairs => supervisor?.Labels ?? (IEnumerable<KeyValuePair<string, string>>)[];
}
