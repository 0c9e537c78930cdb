namespace Multivisor.EndToEnd.Page.Support;

/// <summary>
/// Tests that share the browser and a site. They run one after another and when no others do: a browser is a heavy neighbour, and two would
/// slow each other down.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PageCollection : ICollectionFixture<Browser>, ICollectionFixture<Workshop>
{
    public const string Name = "page";
}
