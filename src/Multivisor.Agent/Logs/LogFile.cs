using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Multivisor.Agent.Logs;

/// <summary>One open log file. It stays readable, and the same one, whatever is done to its name.</summary>
internal sealed partial class LogFile : IDisposable
{
    private const int OpenToRead = 0;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private readonly SafeFileHandle _handle;

    private LogFile(SafeFileHandle handle, FileIdentity identity)
    {
        _handle = handle;
        Identity = identity;
    }

    public FileIdentity Identity { get; }

    /// <summary>What it is now; of size 0 when the file system has lost it.</summary>
    public FileStat Stat => FileStat.Of(_handle) ?? new FileStat(Identity, 0, 0, true);

    /// <summary>Null when there is none, it may not be read, or it is no regular file.</summary>
    /// <remarks>Opened without waiting and looked at afterwards: a FIFO or a device in a log's place must not hold or disturb anything.</remarks>
    public static LogFile? TryOpen(string path)
    {
        var handle = Open(path, OpenToRead | NoControllingTerminal | NonBlocking | CloseOnExec);
        if (!handle.IsInvalid && FileStat.Of(handle) is { IsRegular: true } stat)
            return new LogFile(handle, stat.Identity);
        handle.Dispose();
        return null;
    }

    /// <returns>0 at the end of the file.</returns>
    public int Read(Span<byte> target, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, target, offset);
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            // Deleted on the server of a network file system, for example: the name tells what comes next.
            return 0;
        }
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
