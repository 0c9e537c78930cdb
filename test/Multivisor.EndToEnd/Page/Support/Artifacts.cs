using Multivisor.Testing;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>What tests leave for people to look at.</summary>
internal static class Artifacts
{
    public static string File(string folder, string name)
    {
        var path = Path.Combine(TestData.RepositoryRoot, "artifacts", folder);
        Directory.CreateDirectory(path);
        return Path.Combine(path, name);
    }
}
