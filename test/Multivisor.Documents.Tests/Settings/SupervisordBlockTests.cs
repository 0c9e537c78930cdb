using System.Diagnostics;
using System.Text.RegularExpressions;
using Multivisor.Documents.Tests.Reading;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Settings;

/// <summary>Sections for supervisord that the documents show: a real one takes them, and what should listen afterwards does.</summary>
public sealed partial class SupervisordBlockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Blocks { get; } =
        [.. Document.All.SelectMany(document => document.Blocks).Where(IsForSupervisord).Select(block => block.Place)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Section_OfADocument_WorksInSupervisord(string place)
    {
        var block = Document.All.SelectMany(document => document.Blocks).Single(block => block.Place == place && IsForSupervisord(block));
        var supervisord = SupervisordInstance.Prepare(new SupervisordOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{AppContext.BaseDirectory}:/usr/bin:/bin",
                ["PYTHONPATH"] = Path.Combine(TestData.RepositoryRoot, "plugin"),
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        });
        await using (supervisord)
        {
            if (block.Text.Contains("/etc/multivisor/", StringComparison.Ordinal))
                await MakeCertificatesAsync(supervisord.Folder);
            supervisord.WriteConfig(AgentPort().Replace(block.Text, $"127.0.0.1:{supervisord.AgentPort}")
                .Replace("/etc/multivisor/", $"{supervisord.Folder}/tls/", StringComparison.Ordinal)
                .Replace("/usr/local/bin/", AppContext.BaseDirectory, StringComparison.Ordinal)
                .Replace("10.0.0.5:9001", $"127.0.0.1:{supervisord.InetPort}", StringComparison.Ordinal)
                .Replace("user=multivisor", $"user={Environment.UserName}", StringComparison.Ordinal));
            await supervisord.LaunchAsync();

            if (AgentPort().IsMatch(block.Text))
                await ExpectListeningAsync(supervisord, supervisord.AgentPort);
            if (block.Text.Contains(":9001", StringComparison.Ordinal))
                await ExpectListeningAsync(supervisord, supervisord.InetPort);
        }
    }

    private static bool IsForSupervisord(CodeBlock block) => block.Language == "ini" && block.KindOfConfiguration == ConfigurationKind.Supervisord;

    private static async Task ExpectListeningAsync(SupervisordInstance supervisord, int port)
    {
        try
        {
            await Eventually.BecomesAsync(() => Listening.AcceptsAsync(port), accepts => accepts, Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Nothing listens.\n{supervisord.Log}");
        }
    }

    private static async Task MakeCertificatesAsync(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "multivisor-rpc"), ["--init-tls", Path.Combine(folder, "tls"), "--tls-name", "host1,127.0.0.1"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [GeneratedRegex(@"(?<=--bind |bind ?= ?)\S*:9002", RegexOptions.None, 1000)]
    private static partial Regex AgentPort();
}
