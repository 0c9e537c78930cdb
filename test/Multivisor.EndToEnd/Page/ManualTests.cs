using Multivisor.EndToEnd.Page.Support;
using Multivisor.Manual;
using Multivisor.Testing;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>The site of the documents (scripts/docs.sh), opened from a disk.</summary>
[Collection(PageCollection.Name)]
public sealed class ManualTests(Browser browser) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvmanual-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Search_FindsThePartOfADocument(string device)
    {
        SiteBuilder.Build(TestData.RepositoryRoot, _folder.FullName);
        await browser.VisitAsync($"file://{_folder.FullName}", Device.Named(device), $"file://{_folder.FullName}/docs/cli.html", async window =>
        {
            await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("multivisor-cli");
            await window.Page.Keyboard.PressAsync("/");
            await window.Page.Keyboard.TypeAsync("redirect URI keycloak");
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Access: OpenID Connect" }).ClickAsync();
            await Expect(window.Page).ToHaveURLAsync($"file://{_folder.FullName}/docs/access.html#openid-connect");
            await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "OpenID Connect" })).ToBeInViewportAsync();
            Assert.True(await window.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
            await window.PictureAsync("manual");
        });
    }
}
