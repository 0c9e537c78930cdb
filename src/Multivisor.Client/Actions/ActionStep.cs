using Multivisor.Contract;

namespace Multivisor.Client;

/// <summary>What is told of an action while it is carried out.</summary>
public abstract record ActionStep
{
    private ActionStep()
    {
    }

    /// <summary>First: what will be touched.</summary>
    public sealed record Plan(PlanJson Value) : ActionStep;

    /// <summary>One target is through.</summary>
    public sealed record Result(ActionResultJson Value) : ActionStep;

    /// <summary>Last. An action whose summary did not come went on without us; its end is not known.</summary>
    public sealed record Summary(ActionSummaryJson Value) : ActionStep;
}
