namespace Multivisor.Testing;

/// <summary>Finds the repository from a test's output folder.</summary>
public static class TestData
{
    /// <summary>The folder that holds Multivisor.slnx.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Multivisor.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"Multivisor.slnx not found above {AppContext.BaseDirectory}.");
    }
}
