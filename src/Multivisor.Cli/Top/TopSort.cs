namespace Multivisor.Cli.Top;

/// <summary>What the list is ordered by; the order within equals is that of the uids.</summary>
internal enum TopSort
{
    /// <summary>What somebody should look at first, then what changes, then the rest.</summary>
    State,
    Name,
    Supervisor,

    /// <summary>The latest start or stop first.</summary>
    Latest,
}
