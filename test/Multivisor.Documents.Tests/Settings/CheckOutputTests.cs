using System.Diagnostics;
using Multivisor.Documents.Tests.Reading;

namespace Multivisor.Documents.Tests.Settings;

/// <summary>docs/migrating.md shows what <c>multivisor --check</c> says of a file of the original.</summary>
public sealed class CheckOutputTests
{
    [Fact]
    public async Task Migrating_ShowsWhatCheckSays()
    {
        var blocks = Document.Named("docs/migrating.md").Blocks;
        var shown = blocks.Single(block => block.Text.StartsWith("/etc/multivisor.conf: valid", StringComparison.Ordinal)).Text;
        var folder = Directory.CreateTempSubdirectory("mvcheck-");
        try
        {
            var file = Path.Combine(folder.FullName, "multivisor.conf");
            await File.WriteAllTextAsync(file, blocks.First(block => block.Mark?.Kind == BlockMark.File).Text);
            using var check = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "multivisor"), ["--check", "-c", file]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = await check.StandardOutput.ReadToEndAsync();
            await check.WaitForExitAsync();
            Assert.Equal(shown, said.Replace(file, "/etc/multivisor.conf", StringComparison.Ordinal).TrimEnd());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
