using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>The programs as they are shipped; <c>bench.sh</c> builds them first.</summary>
internal static class Binaries
{
    public static string Server { get; } = Find("multivisor");

    public static string Agent { get; } = Find("multivisor-rpc");

    public static string Cli { get; } = Find("multivisor-cli");

    private static string Find(string name)
    {
        var path = Path.Combine(TestData.RepositoryRoot, "artifacts", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./build.sh first.");
    }
}
