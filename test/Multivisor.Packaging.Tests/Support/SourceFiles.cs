namespace Multivisor.Packaging.Tests.Support;

/// <summary>The files of the repository, without what was built or installed.</summary>
internal static class SourceFiles
{
    /// <returns>Paths from the top folder; at least one.</returns>
    public static async Task<string[]> FindAsync(params string[] patterns)
    {
        var found = (await Shell.RunAsync("git", ["-c", $"safe.directory={Release.Root}", "ls-files", "--cached", "--others", "--exclude-standard", "--", .. patterns], Release.Root))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => File.Exists(Path.Combine(Release.Root, path)))
            .ToArray();
        Assert.NotEmpty(found);
        return found;
    }
}
