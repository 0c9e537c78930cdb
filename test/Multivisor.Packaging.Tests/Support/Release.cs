using System.Xml.Linq;
using Multivisor.Testing;

[assembly: AssemblyFixture(typeof(Multivisor.Packaging.Tests.Support.Release))]

namespace Multivisor.Packaging.Tests.Support;

/// <summary>What <c>./build.sh --release</c> made: test.sh calls it before; where that is missing or old, it is made now.</summary>
public sealed class Release : IAsyncLifetime
{
    private static readonly string[] Sources = ["src", "packaging", "plugin/multivisor", "docs", "web/src", "scripts", "build.sh", "Directory.Build.props", "Directory.Packages.props"];

    public static string Root => TestData.RepositoryRoot;

    public static string Version { get; } =
        XDocument.Load(Path.Combine(TestData.RepositoryRoot, "Directory.Build.props")).Descendants("Version").Single().Value;

    public static string Folder { get; } = Path.Combine(TestData.RepositoryRoot, "artifacts", "release");

    /// <summary><c>linux-x64</c>: what the programs were built for.</summary>
    public string Platform { get; private set; } = "";

    /// <summary>The archive, unpacked.</summary>
    public string Prefix { get; private set; } = "";

    private DirectoryInfo? _unpacked;

    public string File(string pattern) => Assert.Single(Directory.GetFiles(Folder, pattern));

    public string Program(string name) => Path.Combine(Prefix, "bin", name);

    public async ValueTask InitializeAsync()
    {
        if (IsOld())
            await Shell.RunAsync(Path.Combine(Root, "build.sh"), ["--release"]);
        Platform = Path.GetFileName(File("SHA256SUMS-*"))["SHA256SUMS-".Length..];
        _unpacked = Directory.CreateTempSubdirectory("mvr-");
        await Shell.RunAsync("tar", ["-xzf", File($"multivisor-{Version}-*.tar.gz"), "-C", _unpacked.FullName]);
        Prefix = Path.Combine(_unpacked.FullName, $"multivisor-{Version}-{Platform}");
    }

    public ValueTask DisposeAsync()
    {
        _unpacked?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static bool IsOld()
    {
        if (!Directory.Exists(Folder) || Directory.GetFiles(Folder, "SHA256SUMS-*") is not [var sums])
            return true;
        var made = System.IO.File.GetLastWriteTimeUtc(sums);
        return Sources.Select(name => Path.Combine(Root, name)).SelectMany(FilesOf).Any(file => System.IO.File.GetLastWriteTimeUtc(file) > made);
    }

    private static IEnumerable<string> FilesOf(string path) => System.IO.File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "__pycache__"));
}
