using Multivisor.Server.Audit;

namespace Multivisor.Server.Startup;

/// <summary><c>multivisor verify-audit FILE</c>.</summary>
internal static class AuditCommand
{
    public static int Run(string path)
    {
        AuditVerdict verdict;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            verdict = AuditCheck.Run(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"multivisor: {path} cannot be read: {e.Message}");
            return ExitCode.BadConfiguration;
        }

        if (verdict.BrokenLine > 0)
        {
            var before = verdict.Last is { } good ? $"entry {good.Number} before it is the last that holds" : "no entry before it holds";
            Console.Error.WriteLine($"multivisor: {path}:{verdict.BrokenLine}: {verdict.Problem}; {before}");
            return ExitCode.Failed;
        }

        if (verdict.Last is not { } last)
            Console.WriteLine($"{path}: no entries");
        else
            Console.WriteLine($"{path}: entries {verdict.FirstNumber} to {last.Number} hold, the last has the hash {last.Hash}");
        return ExitCode.Ok;
    }
}
