using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Fleet.Access;

namespace Multivisor.Documents.Tests.Commands;

/// <summary><c>users</c>: the hosts of the demo behind a server that wants to know who asks.</summary>
internal sealed class UsersPlace : Place
{
    private readonly ServerProcess _server;

    private UsersPlace(ServerProcess server, string token)
    {
        _server = server;
        Means("localhost:22000", $"localhost:{server.Port}");
        Means("multivisor.example:22000", $"localhost:{server.Port}");
        Means("mvt_…", token);
        Environment["MULTIVISOR_URL"] = $"localhost:{server.Port}";
    }

    public static async Task<Place> StartAsync(Showcase showcase)
    {
        var (token, stored) = StoredToken.Create();
        return new UsersPlace(await ServerProcess.StartAsync($"{showcase.Configuration}[token:deploy]\nhash={stored}\nrole=operator\n"), token);
    }

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
