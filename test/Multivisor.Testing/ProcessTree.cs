using System.Diagnostics;

namespace Multivisor.Testing;

/// <summary>Ends a process with all its descendants, from Linux's /proc.</summary>
public static class ProcessTree
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static void Kill(Process root)
    {
        // The root first, so that it starts nothing again; its descendants are noted before, while they still hang on it.
        var descendants = Descendants(root.Id);
        if (!root.HasExited)
            root.Kill();
        root.WaitForExit(Limit);
        foreach (var pid in descendants)
            KillQuietly(pid);
        root.WaitForExit();
    }

    private static List<int> Descendants(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && ParentOf(pid) is { } parent)
                (children.TryGetValue(parent, out var list) ? list : children[parent] = []).Add(pid);
        }

        var found = new List<int>();
        var open = new Stack<int>([root]);
        while (open.TryPop(out var pid))
        {
            if (!children.TryGetValue(pid, out var list))
                continue;
            found.AddRange(list);
            list.ForEach(open.Push);
        }

        return found;
    }

    private static int? ParentOf(int pid)
    {
        try
        {
            // "pid (name) state ppid …": the name may hold anything, the last parenthesis ends it.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void KillQuietly(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // Ended meanwhile.
        }
    }
}
