namespace Multivisor.Fleet;

/// <summary>Periods and limits of the fleet. The defaults are what the program runs with; tests shorten them.</summary>
public sealed record FleetOptions
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Full read to correct any drift, behind an agent that repairs lost events itself.</summary>
    public TimeSpan ReadPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same behind an agent of the original, which forgets events in bursts and never tells of groups.</summary>
    public TimeSpan ReadPeriodBehindOriginal { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same where supervisord itself is asked, while somebody watches or something has just changed.</summary>
    public TimeSpan PollPeriod { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The same while nobody watches and nothing changes.</summary>
    public TimeSpan PollPeriodUnwatched { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>However slowly a supervisord answers, it is asked as often as this.</summary>
    public TimeSpan SlowestPollPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after a change the next one is expected soon.</summary>
    public TimeSpan LivelyTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Least distance of full reads that are asked for by events.</summary>
    public TimeSpan ReadDistance { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a quiet supervisord is asked whether it still answers.</summary>
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The same behind an agent that tells when it does not; what the last contact and the round trip were is that old.</summary>
    public TimeSpan ProbePeriodWhereWatched { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What is due by itself, at some moment, is done at the next of these moments, together with what else is due: a program that wakes up for each costs most by waking up.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long supervisord may take to answer a read before it counts as lost.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long the effect of an action is followed. Longer than any sensible <c>stopwaitsecs</c>.</summary>
    public TimeSpan ActionLimit { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>How often the state of a process that an action waits for is read, in case its event is lost.</summary>
    public TimeSpan ActionPollPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests in flight on one supervisor, for actions.</summary>
    public int RequestsPerSupervisor { get; init; } = 2;

    /// <summary>Links that may be open at a time, because of the file descriptors that they take.</summary>
    public int MaxLinks { get; init; } = int.MaxValue;

    /// <summary>Heartbeat of the links, the field's default; both ends must agree on it.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);
}
