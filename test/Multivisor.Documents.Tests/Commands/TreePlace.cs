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
        foreach (var folder in (string[])["examples", "docs", "packaging", "scripts"])
            File.CreateSymbolicLink($"{Folder}/{folder}", Path.Combine(TestData.RepositoryRoot, folder));
        foreach (var port in (int[])[9012, 9022, 9032])
            Means(port.ToString(CultureInfo.InvariantCulture), FreePort.Take().ToString(CultureInfo.InvariantCulture));
        Means("/tmp/demo", $"{Folder}/d");
    }
}
