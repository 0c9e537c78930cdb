using System.Globalization;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Commands;

/// <summary><c>tree</c>: the top folder of this repository after <c>./build.sh</c>.</summary>
internal sealed class TreePlace : Place
{
    public TreePlace()
    {
        Directory.CreateDirectory($"{Folder}/artifacts");
        foreach (var program in (string[])["multivisor", "multivisor-rpc", "multivisor-cli"])
            File.CreateSymbolicLink($"{Folder}/artifacts/{program}", $"{Folder}/bin/{program}");
        File.CreateSymbolicLink($"{Folder}/packaging", Path.Combine(TestData.RepositoryRoot, "packaging"));
        foreach (var port in (int[])[9002, 9012, 9022, 9032])
            Means(port.ToString(CultureInfo.InvariantCulture), FreePort.Take().ToString(CultureInfo.InvariantCulture));
        Means("/tmp/demo", $"{Folder}/d");
        // The examples' own ports stand for others as well.
        var examples = Path.Combine(TestData.RepositoryRoot, "examples");
        foreach (var file in Directory.EnumerateFiles(examples, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, "examples", Path.GetRelativePath(examples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllText(copy, Here(File.ReadAllText(file)));
        }
    }
}
