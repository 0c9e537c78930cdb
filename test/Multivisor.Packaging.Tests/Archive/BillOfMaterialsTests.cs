using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Archive;

public sealed class BillOfMaterialsTests(Release release)
{
    /// <summary>What only the build needs.</summary>
    private static readonly string[] Unlinked = ["Microsoft.Extensions.Logging.Abstractions"];

    [Fact]
    public async Task Bill_IsCycloneDx_WhoseReferencesExist()
    {
        var bill = await ReadAsync();
        Assert.Equal("CycloneDX", (string?)bill["bomFormat"]);
        Assert.Equal("1.6", (string?)bill["specVersion"]);
        Assert.StartsWith("urn:uuid:", (string?)bill["serialNumber"], StringComparison.Ordinal);
        string[] references = [.. Components(bill).Select(component => (string)component["bom-ref"]!), (string)bill["metadata"]!["component"]!["bom-ref"]!];
        Assert.Equal(references.Length, references.Distinct(StringComparer.Ordinal).Count());
        Assert.All(bill["dependencies"]!.AsArray(), dependency =>
        {
            Assert.Contains((string)dependency!["ref"]!, references);
            Assert.All(dependency["dependsOn"]!.AsArray(), target => Assert.Contains((string)target!, references));
        });
        Assert.All(Components(bill), component => Assert.NotEmpty(component["licenses"]!.AsArray()));
    }

    [Fact]
    public async Task Bill_NamesEveryLibraryOfTheProject_InItsVersion()
    {
        var packages = XDocument.Load(Path.Combine(Release.Root, "Directory.Packages.props")).Descendants("ItemGroup")
            .Where(group => (string?)group.Attribute("Label") is "Product")
            .SelectMany(group => group.Elements("PackageVersion"))
            .Select(package => (Name: (string)package.Attribute("Include")!, Version: (string)package.Attribute("Version")!))
            .Where(package => !Unlinked.Contains(package.Name, StringComparer.Ordinal));
        var page = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Release.Root, "web/package.json")))!["dependencies"]!.AsObject();
        var bill = await ReadAsync();
        var found = Components(bill).Select(component => (string?)component["purl"]).OfType<string>().ToArray();
        Assert.All(packages, package => Assert.Contains($"pkg:nuget/{package.Name}@{package.Version}", found));
        Assert.All(page, package => Assert.Contains(found, purl => purl.StartsWith($"pkg:npm/{package.Key.Replace("@", "%40", StringComparison.Ordinal)}@", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bill_TellsWhichProgramHasWhat()
    {
        var bill = await ReadAsync();
        Assert.Contains(Of("multivisor"), part => part.StartsWith("pkg:nuget/Microsoft.AspNetCore.App.Runtime.", StringComparison.Ordinal));
        Assert.Contains("multivisor-page", Of("multivisor"));
        Assert.Contains(Of("multivisor-cli"), part => part.StartsWith("pkg:nuget/Terminal.Gui@", StringComparison.Ordinal));
        Assert.DoesNotContain(Of("multivisor-rpc"), part => part.Contains("AspNetCore", StringComparison.Ordinal) || part.Contains("Terminal.Gui", StringComparison.Ordinal));
        foreach (var program in (string[])["multivisor", "multivisor-rpc", "multivisor-cli"])
        {
            Assert.Contains(Of(program), part => part.StartsWith("pkg:nuget/Microsoft.NETCore.App.Runtime.NativeAOT.", StringComparison.Ordinal));
            var hash = Components(bill).Single(component => (string)component["bom-ref"]! == program)["hashes"]![0]!["content"];
            await using var file = File.OpenRead(release.Program(program));
            Assert.Equal(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, TestContext.Current.CancellationToken)), (string?)hash);
        }

        string[] Of(string program) =>
            [.. bill["dependencies"]!.AsArray().Single(dependency => (string)dependency!["ref"]! == program)!["dependsOn"]!.AsArray().Select(part => (string)part!)];
    }

    [Fact]
    public async Task Notices_NameTheLicenceOfEachLibrary()
    {
        var notices = await File.ReadAllTextAsync(Path.Combine(release.Prefix, "share/doc/multivisor/THIRD-PARTY-NOTICES.txt"), TestContext.Current.CancellationToken);
        var bill = await ReadAsync();
        Assert.All(Components(bill).Where(component => component["purl"] is not null), component => Assert.Contains($"\n{component["name"]} {component["version"]}, ", notices, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Components(JsonNode bill) => bill["components"]!.AsArray().Select(component => component!);

    private async Task<JsonNode> ReadAsync() => JsonNode.Parse(await File.ReadAllTextAsync(release.File("*.cdx.json")))!;
}
