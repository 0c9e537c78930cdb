using System.Runtime.InteropServices;

namespace Multivisor.Server.Startup;

/// <summary>Raises the program's own limit of open file descriptors as far as the system allows.</summary>
internal static partial class DescriptorLimit
{
    /// <summary>Listening sockets, the runtime's own, and some hundred browsers.</summary>
    private const ulong Reserve = 512;

    private const int NumberOfFilesLinux = 7;
    private const int NumberOfFilesMac = 8;

    /// <summary>How many files may be open now; null where that is not limited so.</summary>
    public static ulong? Allowed => !OperatingSystem.IsWindows() && GetLimit(Resource, out var limit) == 0 ? limit.Soft : null;

    private static int Resource => OperatingSystem.IsMacOS() ? NumberOfFilesMac : NumberOfFilesLinux;

    /// <summary>Raises the limit.</summary>
    /// <returns><see cref="Allowed"/>, afterwards.</returns>
    public static ulong? Raise()
    {
        if (!OperatingSystem.IsWindows() && GetLimit(Resource, out var limit) == 0 && limit.Soft < limit.Hard)
        {
            limit.Soft = limit.Hard;
            _ = SetLimit(Resource, in limit);
        }

        return Allowed;
    }

    /// <summary>How many links leave enough descriptors for those who look at them.</summary>
    public static int LinksWithin(ulong? allowed) =>
        allowed is { } count ? (int)Math.Min(int.MaxValue, count - Math.Min(Reserve, count / 2)) : int.MaxValue;

    /// <summary>How many HTTP connections leave enough descriptors for the links, so that a crowd of clients never costs the sight of a host.</summary>
    public static int ConnectionsWithin(ulong? allowed, int supervisors)
    {
        const int Most = 12_000, Least = 128, Own = 128;
        return allowed is { } count ? (int)Math.Clamp((long)Math.Min(count, int.MaxValue) - Math.Min(supervisors, LinksWithin(allowed)) - Own, Least, Most) : Most;
    }

    /// <summary>Says what is not enough.</summary>
    public static void Report(ulong? allowed, int supervisors, ILogger logger)
    {
        var needed = (ulong)supervisors + Reserve;
        if (allowed < needed)
            LogTooFew(logger, allowed.Value, needed, supervisors);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [LoggerMessage(20, LogLevel.Warning,
        "{Limit} file descriptors are allowed, {Supervisors} supervisors need about {Needed}: raise LimitNOFILE (systemd), "
        + "minfds (supervisord) or ulimit -n")]
    private static partial void LogTooFew(ILogger logger, ulong limit, ulong needed, int supervisors);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
