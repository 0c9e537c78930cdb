using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Multivisor.Agent.Logs;

/// <summary>Which file it is, whatever it is called: the inode, and where the file system tells it the time of birth, since inodes are used again.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileIdentity(ulong Inode, long Born)
{
    /// <summary>As it travels; others only compare it.</summary>
    public override string ToString() => $"{Inode:x}-{Born:x}";

    public static FileIdentity? Parse(string text)
    {
        var hyphen = text.IndexOf('-');
        return hyphen > 0
            && ulong.TryParse(text.AsSpan(0, hyphen), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var inode)
            && long.TryParse(text.AsSpan(hyphen + 1), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var born)
                ? new FileIdentity(inode, born)
                : null;
    }
}

/// <summary>What the file system says of a file now.</summary>
/// <remarks>
/// By <c>statx</c>, whose answer has the same form on every processor: the runtime itself tells neither inode nor links. A network file
/// system is made to ask its server, so that growth there is seen as soon as the server knows of it.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct FileStat(FileIdentity Identity, long Size, long Links, bool IsRegular)
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const int ForceSync = 0x2000;
    private const uint Wanted = 0xfff;
    private const uint HasBirth = 0x800;
    private const int Length = 256;
    private const int RegularFile = 0x8000;
    private const int FileTypes = 0xf000;

    /// <summary>Null when there is no such file, or it may not be seen.</summary>
    public static FileStat? Of(string path) => Get(CurrentFolder, path, ForceSync);

    /// <summary>Null when the file system has lost it.</summary>
    public static FileStat? Of(SafeFileHandle handle) => Get((int)handle.DangerousGetHandle(), "", EmptyPath | ForceSync);

    private static FileStat? Get(int folder, string path, int flags)
    {
        Span<byte> answer = stackalloc byte[Length];
        if (Statx(folder, path, flags, Wanted, ref MemoryMarshal.GetReference(answer)) != 0)
            return null;
        var born = (U32(answer, 0) & HasBirth) == 0 ? 0 : (U64(answer, 80) * 1_000_000_000) + U32(answer, 88);
        return new FileStat(
            new FileIdentity(unchecked((ulong)U64(answer, 32)), born),
            U64(answer, 40),
            U32(answer, 16),
            (MemoryMarshal.Read<ushort>(answer[28..]) & FileTypes) == RegularFile);
    }

    private static long U64(ReadOnlySpan<byte> answer, int at) => MemoryMarshal.Read<long>(answer[at..]);

    private static uint U32(ReadOnlySpan<byte> answer, int at) => MemoryMarshal.Read<uint>(answer[at..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
