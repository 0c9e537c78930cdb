namespace Multivisor.Operations;

/// <summary>Something that the server does again and again, ready to be done.</summary>
/// <param name="Name">As in the tables and in the file of limits.</param>
/// <param name="Run">Does it once.</param>
public sealed record Operation(string Name, Action Run)
{
    /// <summary>All of them, each with a state of its own.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        .. WireOperations.All,
        .. ModelOperations.All,
        .. FeedOperations.All,
        .. JsonOperations.All,
    ];

    public override string ToString() => Name;
}
