using System.Xml.Linq;
using Multivisor.Cli.Tests.Support;
using Multivisor.EndToEnd.Page.Support;

namespace Multivisor.Documents.Tests.Pictures;

/// <summary>The picture of the command line in README.md, of a real terminal (scripts/pictures.sh).</summary>
public sealed class CliPictureTests(Showcase showcase) : IClassFixture<Showcase>
{
    [Fact]
    public async Task Top_OfTheDemo_LeavesAPicture()
    {
        var home = Directory.CreateTempSubdirectory("mvpic-");
        try
        {
            await using var screen = await TmuxScreen.OpenAsync(
                $"{Path.Combine(AppContext.BaseDirectory, "multivisor-cli")} --url 127.0.0.1:{showcase.Server.Port} top", ("XDG_CONFIG_HOME", home.FullName), ("XDG_STATE_HOME", home.FullName));
            // All there, and what was stopped on purpose.
            await screen.ShowsAsync("lid002:multivisor-rpc:multivisor-rpc");
            await screen.ShowsAsync("STOPPED");
            await screen.PressAsync("Down", "Down", "Space");
            await screen.ShowsAsync(text => text.Contains("\n* ", StringComparison.Ordinal), "a mark");

            var picture = TerminalPicture.Draw(await screen.PictureAsync(), "multivisor-cli top", TmuxScreen.Columns);

            Assert.Contains("lid002:PLC:wcid00g", string.Concat(XDocument.Parse(picture).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)), StringComparison.Ordinal);
            await File.WriteAllTextAsync(Artifacts.File("screenshots", "cli-top.svg"), picture);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    [Fact]
    public void Draw_ColoursAndMarkup_AreKeptAndEscaped()
    {
        var picture = XDocument.Parse(TerminalPicture.Draw("\e[1;31m<a>\e[0m \e[7mrest\e[27m\n\e[38;2;1;2;3mx\e[48;5;16my\n", "t", 10));

        var texts = picture.Descendants().Where(e => e.Name.LocalName == "text").ToList();
        Assert.Equal(["<a>", "rest", "x", "y"], texts.Select(e => e.Value));
        Assert.Equal(("#f2666b", "bold"), ((string?)texts[0].Attribute("fill"), (string?)texts[0].Attribute("font-weight")));
        Assert.Equal("#010203", (string?)texts[2].Attribute("fill"));
        Assert.Equal(["#14171a", "#d5dae0", "#000000"], picture.Descendants().Where(e => e.Name.LocalName == "rect").Select(e => (string?)e.Attribute("fill")));
    }
}
