namespace Multivisor.EndToEnd.Support;

/// <summary>Tests that run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
