using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Archive;

public sealed class ArchiveTests(Release release)
{
    private static readonly string[] Programs = ["multivisor", "multivisor-rpc", "multivisor-cli"];

    /// <summary>Server, agent and command line out of the archive, with a real supervisord between them.</summary>
    [Fact]
    public async Task Programs_FromTheArchive_ShowASupervisord()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Sections = SupervisordOptions.Sleepers("web", 2),
            Agent = new SupervisordAgent(release.Program("multivisor-rpc")),
        });
        await using var server = await RunningServer.StartAsync(release.Program("multivisor"), $"[supervisor:here]\nurl=127.0.0.1:{supervisord.AgentPort}\n");
        var status = await Shell.RunAsync(release.Program("multivisor-cli"), ["--url", server.Url, "-o", "plain", "status", "here:web:*"]);
        Assert.Equal(2, status.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains("RUNNING", StringComparison.Ordinal)));
        Assert.Contains("<div id=\"app\"", await server.GetAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_HaveTheOneVersion()
    {
        foreach (var program in Programs)
            Assert.Equal(Release.Version, (await Shell.RunAsync(release.Program(program), ["--version"])).Trim());
        Assert.Contains($"__version__ = \"{Release.Version}\"", await File.ReadAllTextAsync(Path.Combine(Release.Root, "plugin/multivisor/__init__.py")), StringComparison.Ordinal);
        Assert.Contains($"\"version\": \"{Release.Version}\"", await File.ReadAllTextAsync(Path.Combine(Release.Root, "web/package.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zip_HasTheSameFilesAsTheTar()
    {
        Dictionary<string, string> fromTar = new(StringComparer.Ordinal), fromZip = new(StringComparer.Ordinal);
        await using (var packed = new GZipStream(File.OpenRead(release.File("*.tar.gz")), CompressionMode.Decompress))
        await using (var tar = new TarReader(packed))
        {
            while (await tar.GetNextEntryAsync() is { } entry)
                fromTar[entry.Name] = await HashAsync(entry.DataStream ?? Stream.Null, ((int)entry.Mode & 0x49) != 0);
        }

        using (var zip = await ZipFile.OpenReadAsync(release.File("*.zip")))
        {
            foreach (var entry in zip.Entries)
            {
                await using var content = await entry.OpenAsync();
                fromZip[entry.FullName] = await HashAsync(content, ((entry.ExternalAttributes >> 16) & 0x49) != 0);
            }
        }

        Assert.Equal(fromTar, fromZip);
        Assert.Equal(Programs.Order(), fromTar.Where(entry => entry.Value.StartsWith("executable", StringComparison.Ordinal)).Select(entry => Path.GetFileName(entry.Key)).Order());
    }

    [Fact]
    public async Task Archive_OfTheSameFiles_IsTheSameToTheOctet()
    {
        using var folder = new TemporaryFolder();
        var archives = new List<byte[]>();
        foreach (var place in (string[])["one", "two"])
        {
            folder.Write($"{place}/tree/b.txt", "b");
            folder.Write($"{place}/tree/bin/a", "a");
            File.SetLastWriteTimeUtc(folder[$"{place}/tree/b.txt"], DateTime.UtcNow.AddDays(archives.Count));
            foreach (var kind in (string[])["tar.gz", "zip"])
            {
                await Shell.RunAsync("/usr/bin/python3", [Path.Combine(Release.Root, "packaging/archive.py"), folder[$"{place}/tree"], folder[$"{place}.{kind}"]],
                    environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["SOURCE_DATE_EPOCH"] = "1700000000" });
                archives.Add(await File.ReadAllBytesAsync(folder[$"{place}.{kind}"]));
            }
        }

        Assert.Equal(archives[0], archives[2]);
        Assert.Equal(archives[1], archives[3]);
    }

    [Fact]
    public async Task Checksums_AreThoseOfEveryFile()
    {
        var sums = release.File("SHA256SUMS-*");
        await Shell.RunAsync("sha256sum", ["--check", "--strict", "--quiet", sums], Release.Folder);
        Assert.Equal(
            Directory.GetFiles(Release.Folder).Where(file => file != sums).Select(Path.GetFileName).Order(StringComparer.Ordinal),
            (await File.ReadAllLinesAsync(sums)).Select(line => line.Split("  ")[1]).Order(StringComparer.Ordinal));
    }

    private static async Task<string> HashAsync(Stream content, bool isExecutable) =>
        (isExecutable ? "executable " : "") + Convert.ToHexString(await SHA256.HashDataAsync(content));
}
