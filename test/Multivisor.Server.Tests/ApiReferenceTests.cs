using Multivisor.Manual;
using Multivisor.Server.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Server.Tests;

/// <summary>docs/api.md and <c>/api/docs</c> have every route of the server.</summary>
public sealed class ApiReferenceTests
{
    [Fact]
    public async Task Document_IsMadeOfTheRoutesOfTheServer()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        var document = await File.ReadAllTextAsync(Path.Combine(TestData.RepositoryRoot, "docs/api.md"));
        Assert.True(document == RouteTables.Renew(document, await server.Client.GetStringAsync("/api/openapi.json")), "docs/api.md is not up to date: run scripts/docs.sh");
    }

    [Fact]
    public async Task Page_HasEveryRouteAndItsRole()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        var openApi = await server.GetJsonAsync("/api/openapi.json");
        var page = await server.Client.GetStringAsync("/api/docs");

        var operations = openApi.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(o => o.Name != "head")
                .Select(o => $"<code>{o.Name.ToUpperInvariant()} {path.Name}</code><td>{o.Value.GetProperty("x-role").GetString()}<td>")).ToList();
        Assert.True(operations.Count > 40);
        Assert.All(operations, operation => Assert.Contains(operation, page, StringComparison.Ordinal));
    }

    /// <summary>Its style is in it, so its policy has to name that one and no other.</summary>
    [Fact]
    public async Task Page_AllowsItsOwnStyleAlone()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var response = await server.Client.GetAsync("/api/docs");
        var page = await response.Content.ReadAsStringAsync();
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style)));
        Assert.StartsWith($"default-src 'none'; style-src 'sha256-{hash}'; ", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }
}
