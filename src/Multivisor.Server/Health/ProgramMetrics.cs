using System.Diagnostics;
using Multivisor.Server.Startup;

namespace Multivisor.Server.Health;

/// <summary>What the server itself costs, by the names that Prometheus' own clients use. What the system does not tell is left out.</summary>
internal sealed class ProgramMetrics
{
    private readonly double _started = StartTime();

    public void Write(Action<string, string, string, double> write)
    {
        write("process_cpu_seconds_total", "counter", "Processor time that the server has used.", Environment.CpuUsage.TotalTime.TotalSeconds);
        write("process_resident_memory_bytes", "gauge", "Memory that the server holds.", Environment.WorkingSet);
        write("process_start_time_seconds", "gauge", "When the server was started, Unix seconds.", _started);
        if (OperatingSystem.IsLinux())
            write("process_open_fds", "gauge", "Descriptors that the server holds.", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        if (DescriptorLimit.Allowed is { } allowed)
            write("process_max_fds", "gauge", "Descriptors that the server may hold.", allowed);
        write("dotnet_gc_allocated_bytes_total", "counter", "Memory that was allocated since the start.", GC.GetTotalAllocatedBytes());
        write("dotnet_gc_collections_total", "counter", "Collections of memory that is no longer used.", GC.CollectionCount(0));
        write("dotnet_gc_pause_seconds_total", "counter", "How long everything stood still for collections.", GC.GetTotalPauseDuration().TotalSeconds);
    }

    private static double StartTime()
    {
        using var self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }
}
