using Multivisor.EndToEnd.Support;

namespace Multivisor.EndToEnd;

/// <summary>The program may lie in any folder.</summary>
public sealed class ProgramFolderTests
{
    /// <summary>
    /// A host of ASP.NET watches for its own settings in the folder of the program: below a home that is thousands of folders, of which the kernel has so many to
    /// give, and the first answer waits for all of them.
    /// </summary>
    [Fact]
    public async Task FolderOfTheProgram_IsNotWatched()
    {
        await using var server = await ServerProcess.StartAsync("[global]\n");

        var watches = Directory.GetFiles($"/proc/{server.Pid}/fdinfo").SelectMany(File.ReadLines).Where(line => line.StartsWith("inotify ", StringComparison.Ordinal));

        Assert.Empty(watches);
    }
}
