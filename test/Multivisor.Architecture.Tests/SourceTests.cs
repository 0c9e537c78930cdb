using Multivisor.Testing;

namespace Multivisor.Architecture.Tests;

public sealed class SourceTests
{
    private const int MaxLines = 400;

    private static readonly string[] TextEndings = [".cs", ".csproj", ".props", ".py", ".sh", ".ts", ".vue"];

    /// <summary>Spelled so that this file passes its own test.</summary>
    private static readonly string[] Unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"];

    [Fact]
    public void SourceFiles_Length_LetsAReaderKeepThemInMind() =>
        Assert.Empty(Rooms.SourceFiles.Where(file => File.ReadLines(file).Count() > MaxLines).Select(Relative));

    [Fact]
    public void Files_UnfinishedWork_IsNotLeftInThem()
    {
        var files =
            from folder in new[] { "src", "test", "bench", "fuzz", "plugin", "web", "examples" }
            let path = Path.Combine(TestData.RepositoryRoot, folder)
            where Directory.Exists(path)
            from file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            where TextEndings.Contains(Path.GetExtension(file)) && !Rooms.IsBuildOutput(file)
            where Unfinished.Any(File.ReadAllText(file).Contains)
            select Relative(file);

        Assert.Empty(files);
    }

    private static string Relative(string file) => Path.GetRelativePath(TestData.RepositoryRoot, file);
}
