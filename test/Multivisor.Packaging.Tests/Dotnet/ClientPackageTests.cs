using System.IO.Compression;
using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Dotnet;

public sealed class ClientPackageTests(Release release)
{
    /// <summary>A program of somebody else, whose only reference is the package.</summary>
    [Fact]
    public async Task Client_InAProjectOfSomebodyElse_ReadsASite()
    {
        using var folder = new TemporaryFolder();
        PackageFeed.Write(folder);
        folder.Write("Reader.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseSharedCompilation>false</UseSharedCompilation>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Multivisor.Client" Version="{Release.Version}" />
              </ItemGroup>
            </Project>
            """);
        folder.Write("Program.cs", """
            using Multivisor.Client;

            using var client = new MultivisorClient(new MultivisorClientOptions { Url = ServerUrl.Parse(args[0]) });
            var site = await client.GetSiteAsync();
            foreach (var supervisor in site.Supervisors.Values)
                Console.WriteLine($"{supervisor.Name}: {supervisor.Processes.Count} processes");
            """);
        await Shell.RunAsync("dotnet", ["build", "-c", "Release", "--nologo", "-v:quiet"], folder.Path, PackageFeed.Environment(folder));

        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions { Sections = SupervisordOptions.Sleepers("web", 3) });
        await using var server = await RunningServer.StartAsync(release.Program("multivisor"), $"[supervisor:here]\nurl=unix://{supervisord.SocketPath}\n");
        Assert.Equal("here: 3 processes\n", await Shell.RunAsync(folder["bin/Release/net10.0/Reader"], [server.Url]));
    }

    [Theory]
    [InlineData("Multivisor.Client")]
    [InlineData("Multivisor.Contract")]
    public async Task Library_HasItsDocumentationItsLicenceAndItsSymbols(string name)
    {
        using (var package = await ZipFile.OpenReadAsync(release.File($"{name}.{Release.Version}.nupkg")))
        {
            string[] files = [.. package.Entries.Select(entry => entry.FullName)];
            Assert.Contains($"lib/net10.0/{name}.dll", files);
            Assert.Contains($"lib/net10.0/{name}.xml", files);
            Assert.Contains("README.md", files);
            await using var content = await package.GetEntry($"{name}.nuspec")!.OpenAsync();
            using var reader = new StreamReader(content);
            Assert.Contains("<license type=\"expression\">Apache-2.0</license>", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        using var symbols = await ZipFile.OpenReadAsync(release.File($"{name}.{Release.Version}.snupkg"));
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{name}.pdb");
    }
}
