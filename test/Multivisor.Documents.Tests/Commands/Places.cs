using Multivisor.EndToEnd.Page.Support;

namespace Multivisor.Documents.Tests.Commands;

/// <summary>The places that marks name. The demo's hosts are shared; each document has places of its own.</summary>
internal sealed class Places(Showcase showcase) : IAsyncDisposable
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);

    public async Task<Place> FindAsync(string name)
    {
        if (_places.TryGetValue(name, out var known))
            return known;
        var place = name switch
        {
            "site" => new SitePlace(showcase),
            "users" => await UsersPlace.StartAsync(showcase),
            "host" => await HostPlace.StartAsync(),
            "plug-in" => await PlugInPlace.StartAsync(),
            "tree" => new TreePlace(),
            _ => throw new InvalidOperationException($"There is no place '{name}'; CONTRIBUTING.md lists them."),
        };
        return _places[name] = place;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var place in _places.Values)
            await place.DisposeAsync();
    }
}
