using System.Diagnostics;

namespace Multivisor.Packaging.Tests.Support;

/// <summary>What a program that has ended printed.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>Runs programs to their end.</summary>
internal static class Shell
{
    /// <summary>Generous: the machine builds and tests other things meanwhile.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program that has to succeed.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(string program, string[] arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var ended = await TryAsync(program, arguments, folder, environment, input);
        Assert.True(ended.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }

    public static async Task<Ended> TryAsync(
        string program, string[] arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null, string? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Ended(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
