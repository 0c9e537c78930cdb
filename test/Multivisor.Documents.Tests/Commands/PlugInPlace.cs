using System.Diagnostics;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Commands;

/// <summary><c>plug-in</c>: the top folder of this repository after <c>./build.sh</c>, and a Python of its own to install into.</summary>
internal sealed class PlugInPlace : Place
{
    private PlugInPlace()
    {
        Means("/usr/lib/python3/dist-packages", $"{Folder}/python");
        Directory.CreateDirectory($"{Folder}/python");
        AddProgram("python3", """exec /usr/bin/python3 "$@" """);
        Environment["PIP_TARGET"] = $"{Folder}/python";
        Environment["PIP_UPGRADE"] = "true";
        // Debian's setuptools builds it; nothing is loaded from anywhere.
        Environment["PIP_NO_BUILD_ISOLATION"] = "false";
        Environment["PIP_NO_INDEX"] = "true";
        Environment["PYTHONPATH"] = $"{Folder}/python";
    }

    public static async Task<Place> StartAsync()
    {
        var place = new PlugInPlace();
        var source = Path.Combine(TestData.RepositoryRoot, "plugin");
        // The copy is what pip builds from: it writes beside its source.
        await place.SystemAsync("/bin/cp", "-r", source, place.Folder);
        await place.SystemAsync("/bin/cp", "-r", source, Path.Combine(place.Folder, "wheel"));
        await place.SystemAsync(
            "/usr/bin/python3", "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", "artifacts", "./wheel");
        return place;
    }

    private async Task SystemAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }
}
