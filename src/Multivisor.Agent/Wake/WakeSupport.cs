using System.Runtime.InteropServices;

namespace Multivisor.Agent.Wake;

/// <summary>Whether this host lets us watch processes, asked by watching ourselves.</summary>
internal static class WakeSupport
{
    /// <summary>Null when nothing is.</summary>
    public static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux())
            return "only Linux can do it";
        using var ourselves = Kernel.OpenPidFd(Environment.ProcessId);
        if (ourselves.IsInvalid || Kernel.SendSignal(ourselves, 0) < 0)
        {
            return Kernel.Error == Kernel.NotImplemented
                ? "this kernel has no pidfd; Linux 5.3 and newer have it"
                : $"pidfd is not permitted here ({Marshal.GetPInvokeErrorMessage(Kernel.Error)}), perhaps by the container's seccomp profile";
        }

        return ProcFolder.IsOurs ? null : "/proc is that of another pid namespace, or is not mounted";
    }
}
