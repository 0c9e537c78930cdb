using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Multivisor.Agent.Wake;

/// <summary>What Linux offers and the runtime does not. Those that return a number return -1 on failure; <see cref="Error"/> tells why.</summary>
internal static partial class Kernel
{
    public const int NoSuchProcess = 3; // ESRCH
    public const int NotImplemented = 38; // ENOSYS

    public const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC, EFD_CLOEXEC
    public const int Add = 1; // EPOLL_CTL_ADD
    public const uint Readable = 1; // EPOLLIN
    public const uint Once = 1u << 30; // EPOLLONESHOT

    // Newer calls have one number on every processor.
    private const nint PidFdSendSignal = 424;
    private const nint PidFdOpen = 434;

    /// <summary>Of the last call on this thread that failed.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    /// <summary>Linux 5.3. The descriptor is closed on exec, and becomes readable when the process has ended.</summary>
    public static KernelHandle OpenPidFd(int pid) => new((int)SystemCall(PidFdOpen, pid, 0, 0, 0));

    /// <summary>Linux 5.1. Signal 0 asks whether there is such a process, a dead one that nobody has waited for included.</summary>
    public static int SendSignal(KernelHandle pidFd, int signal) => (int)SystemCall(PidFdSendSignal, pidFd, signal, 0, 0);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial KernelHandle CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(KernelHandle epoll, int operation, KernelHandle handle, ref byte @event);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitEpoll(KernelHandle epoll, ref byte events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial KernelHandle CreateEvent(uint value, int flags);

    /// <summary>Makes an event of <see cref="CreateEvent"/> readable.</summary>
    [LibraryImport("libc", EntryPoint = "eventfd_write", SetLastError = true)]
    public static partial int RaiseEvent(KernelHandle handle, ulong value);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(nint handle);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, KernelHandle first, nint second, nint third, nint fourth);
}

/// <summary>A descriptor.</summary>
internal sealed class KernelHandle : SafeHandleMinusOneIsInvalid
{
    public KernelHandle()
        : base(ownsHandle: true)
    {
    }

    public KernelHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Kernel.Close(handle) == 0;
}
