using System.Text;
using Multivisor.Agent.Calls;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Logs;

/// <summary>
/// Finds supervisord's own log. supervisord tells its text but not its path; the file is among those that it has open, and is known by its
/// end being what supervisord says is the end of its log.
/// </summary>
internal static class MainLog
{
    private const int Sample = 512;

    /// <returns>Null when it cannot be found: another user's supervisord, no log file, or no /proc.</returns>
    public static async Task<string?> FindAsync(SupervisordCalls calls, CancellationToken cancellationToken)
    {
        if (!(await calls.CallAsync("supervisor.getPID", [], cancellationToken)).TryGetInt64(out var pid))
            return null;
        var processes = await ReadProcessLogsAsync(calls, cancellationToken);
        // It may be written to between the two looks.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var end = await ReadEndAsync(calls, cancellationToken);
            if (end.Length > 0 && OpenFiles(pid).Find(path => !processes.Contains(path) && EndsWith(path, end)) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>A program that prints supervisord's log has the same end in its own.</summary>
    private static async Task<HashSet<string>> ReadProcessLogsAsync(SupervisordCalls calls, CancellationToken cancellationToken)
    {
        var logs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in (await calls.CallAsync("supervisor.getAllProcessInfo", [], cancellationToken)).Items)
        {
            foreach (var key in (string[])["stdout_logfile", "stderr_logfile"])
            {
                if (process.TryGetMember(key, out var value) && value.TryGetString(out var path))
                    logs.Add(path);
            }
        }

        return logs;
    }

    private static async Task<byte[]> ReadEndAsync(SupervisordCalls calls, CancellationToken cancellationToken)
    {
        for (var shift = 0; ; shift++)
        {
            try
            {
                var text = await calls.CallAsync("supervisor.readLog", [shift - Sample, 0], cancellationToken);
                return text.TryGetString(out var end) ? Encoding.UTF8.GetBytes(end) : [];
            }
            catch (RemoteException refused) when (refused.Name != "Fault")
            {
                // Begins inside a character; or it holds what is none.
                if (shift == 3)
                    return [];
            }
        }
    }

    private static List<string> OpenFiles(long pid)
    {
        var files = new List<string>();
        try
        {
            foreach (var descriptor in Directory.EnumerateFiles($"/proc/{pid}/fd"))
            {
                if (new FileInfo(descriptor).LinkTarget is { } path && path.StartsWith('/') && FileStat.Of(path) is { IsRegular: true })
                    files.Add(path);
            }
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            // Not ours to see.
        }

        return files;
    }

    private static bool EndsWith(string path, byte[] end)
    {
        using var file = LogFile.TryOpen(path);
        var size = file?.Stat.Size ?? 0;
        if (size < end.Length)
            return false;
        var last = new byte[end.Length];
        return file!.Read(last, size - end.Length) == last.Length && last.AsSpan().SequenceEqual(end);
    }
}
