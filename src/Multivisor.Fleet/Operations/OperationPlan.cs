using System.Threading.Channels;

namespace Multivisor.Fleet.Operations;

/// <summary>One target of a request that has not begun.</summary>
/// <param name="Target">The uid of a process, or the name of a supervisor.</param>
/// <param name="SkipReason">Why it will be left alone; null when it will not.</param>
public sealed record PlannedTarget(string Target, string Supervisor, string Host, string? SkipReason = null);

/// <summary>What a request means at this moment, and the means to carry it out. Nothing happens before <see cref="Start"/>.</summary>
public sealed class OperationPlan
{
    private readonly Func<OperationPlan, OperationRun> _start;

    internal OperationPlan(
        string action, IReadOnlyList<PlannedTarget> targets, IReadOnlyList<string> unknownNames, Func<OperationPlan, OperationRun> start)
    {
        Action = action;
        Targets = targets;
        UnknownNames = unknownNames;
        _start = start;
    }

    /// <summary>For example <c>process/stop</c>.</summary>
    public string Action { get; }

    public IReadOnlyList<PlannedTarget> Targets { get; }

    /// <summary>What was named without a wildcard and does not exist.</summary>
    public IReadOnlyList<string> UnknownNames { get; }

    /// <summary>Carries it out, to its end, whoever looks on.</summary>
    public OperationRun Start() => _start(this);
}

/// <summary>A request that is being carried out.</summary>
public sealed class OperationRun
{
    private readonly Channel<OperationResult> _results;

    internal OperationRun(
        OperationPlan plan, IEnumerable<Task<IReadOnlyList<OperationResult>>> operations, Func<OperationResult[], OperationReport> report)
    {
        _results = Channel.CreateBounded<OperationResult>(Math.Max(1, plan.Targets.Count));
        Report = RunAsync([.. operations], report);
    }

    /// <summary>One result for each target, as they come. One reader.</summary>
    public ChannelReader<OperationResult> Results => _results.Reader;

    /// <summary>All results, in the order of the targets.</summary>
    public Task<OperationReport> Report { get; }

    private async Task<OperationReport> RunAsync(
        Task<IReadOnlyList<OperationResult>>[] operations, Func<OperationResult[], OperationReport> report)
    {
        try
        {
            await foreach (var operation in Task.WhenEach(operations))
            {
                // There is room for one of each target: it never waits for a reader, of whom there may be none.
                foreach (var result in await operation)
                    _results.Writer.TryWrite(result);
            }
        }
        finally
        {
            _results.Writer.TryComplete();
        }

        return report([.. operations.SelectMany(o => o.Result)]);
    }
}
