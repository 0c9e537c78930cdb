namespace Multivisor.Packaging.Tests.Support;

/// <summary>Readers of what only others execute (<c>Linters/lint.mjs</c>), installed at the versions of their lock file.</summary>
internal static class Linters
{
    private const string Install = "ROOT=$1; . \"$ROOT/scripts/common.sh\"; need_node; cd \"$2\"; install_node_packages";

    private static readonly string Folder = Path.Combine(Release.Root, "test/Multivisor.Packaging.Tests/Linters");

    /// <summary>Once for all tests, which run side by side.</summary>
    private static readonly Lazy<Task> Installed = new(() => Shell.RunAsync("bash", ["-ec", Install, "bash", Release.Root, Folder]));

    /// <returns>What is wrong with the file, a line each.</returns>
    public static async Task<Ended> ReadAsync(string kind, string path)
    {
        await Installed.Value;
        return await Shell.TryAsync("node", [Path.Combine(Folder, "lint.mjs"), kind, Path.Combine(Release.Root, path)]);
    }
}
