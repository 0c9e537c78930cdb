using System.Text;

namespace Multivisor.Agent.Wake;

/// <summary>What /proc tells of processes and of our own limits.</summary>
internal static class ProcFolder
{
    /// <summary>More than any wrapper around an agent has.</summary>
    private const int MaxAncestors = 16;

    /// <summary>Null when there is no such process, or /proc does not show it to us.</summary>
    public static int? ParentOf(int pid)
    {
        // pid (name) state parent …; the name may hold anything, parentheses too.
        if (Read($"/proc/{pid}/stat") is not { } stat)
            return null;
        var rest = stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart();
        Span<Range> fields = stackalloc Range[3];
        return rest.Split(fields, ' ') == 3 && int.TryParse(rest[fields[1]], out var parent) ? parent : null;
    }

    /// <summary>True if we were started by that process, or by one that it started.</summary>
    public static bool IsAncestor(int pid)
    {
        var current = Environment.ProcessId;
        for (var i = 0; i < MaxAncestors && ParentOf(current) is { } parent and > 0; i++)
        {
            if (parent == pid)
                return true;
            current = parent;
        }

        return false;
    }

    /// <summary>/proc counts processes as we do; one that is mounted from elsewhere does not.</summary>
    public static bool IsOurs => new FileInfo("/proc/self").LinkTarget == Environment.ProcessId.ToString();

    /// <summary>Descriptors that we may have open.</summary>
    public static int DescriptorLimit
    {
        get
        {
            const string Name = "Max open files";
            foreach (var line in (Read("/proc/self/limits") ?? "").AsSpan().EnumerateLines())
            {
                if (!line.StartsWith(Name, StringComparison.Ordinal))
                    continue;
                var value = line[Name.Length..].TrimStart();
                var end = value.IndexOf(' ');
                return int.TryParse(end < 0 ? value : value[..end], out var limit) ? limit : int.MaxValue; // "unlimited"
            }

            return 1024;
        }
    }

    /// <summary>Descriptors that we have open.</summary>
    public static int Descriptors => Directory.GetFiles("/proc/self/fd").Length;

    private static string? Read(string path)
    {
        Span<byte> content = stackalloc byte[2048];
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Encoding.UTF8.GetString(content[..RandomAccess.Read(file, content, 0)]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
