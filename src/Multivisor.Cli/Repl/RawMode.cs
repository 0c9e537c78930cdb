using System.Runtime.InteropServices;

namespace Multivisor.Cli.Repl;

/// <summary>The terminal gives every key at once and shows none, until this is disposed.</summary>
internal sealed partial class RawMode : IDisposable
{
    /// <summary>More than <c>struct termios</c> takes on any system; nobody but the C library looks into it.</summary>
    private const int TermiosSize = 256;

    private const int Input = -10;
    private const int Output = -11;

    private readonly byte[] _before = new byte[TermiosSize];
    private readonly uint _modeBefore;
    private readonly uint _outputBefore;

    public RawMode()
    {
        if (OperatingSystem.IsWindows())
        {
            // Consoles of before Windows Terminal draw by sequences only when told to.
            const uint VirtualTerminalInput = 0x200;
            const uint VirtualTerminalProcessing = 0x4;
            _ = GetConsoleMode(GetStdHandle(Input), out _modeBefore);
            _ = GetConsoleMode(GetStdHandle(Output), out _outputBefore);
            _ = SetConsoleMode(GetStdHandle(Input), VirtualTerminalInput);
            _ = SetConsoleMode(GetStdHandle(Output), _outputBefore | VirtualTerminalProcessing);
            return;
        }

        var raw = new byte[TermiosSize];
        _ = GetAttributes(0, _before);
        _before.CopyTo(raw, 0);
        MakeRaw(raw);
        _ = SetAttributes(0, 0, raw);
    }

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            _ = SetConsoleMode(GetStdHandle(Input), _modeBefore);
            _ = SetConsoleMode(GetStdHandle(Output), _outputBefore);
        }
        else
        {
            _ = SetAttributes(0, 0, _before);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, [In, Out] byte[] termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int actions, byte[] termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] termios);

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int handle);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);
}
