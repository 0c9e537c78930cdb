using System.Diagnostics;
using System.Globalization;

namespace Multivisor.Bench;

/// <summary>What Linux tells of a process.</summary>
internal static class ProcFile
{
    public static double ResidentMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Math.Round(double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000, 1);
    }

    public static int Descriptors(int pid) => Directory.GetFiles($"/proc/{pid}/fd").Length;

    public static int Threads(int pid) => Directory.GetDirectories($"/proc/{pid}/task").Length;

    /// <summary>Percent of one core that each process takes while this goes on.</summary>
    public static async Task<double[]> CpuPercentAsync(int[] pids, Task meanwhile)
    {
        var before = Array.ConvertAll(pids, CpuSeconds);
        var started = Stopwatch.GetTimestamp();
        await meanwhile;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return [.. pids.Select((pid, i) => Math.Round((CpuSeconds(pid) - before[i]) / seconds * 100, 1))];
    }

    private static double CpuSeconds(int pid)
    {
        // The name in parentheses may hold anything; user and system time are the 14th and 15th field.
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }
}
