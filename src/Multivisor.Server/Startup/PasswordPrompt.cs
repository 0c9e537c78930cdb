using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Multivisor.Server.Startup;

/// <summary>Asks at the terminal for a line that is not shown.</summary>
/// <remarks>
/// Not with <see cref="Console.ReadKey(bool)"/> on Unix: it switches the echo off for each key and on again after it, so that what is pasted or
/// typed fast is shown. Here the echo is off from the first question to the last answer, and the terminal edits the line as everywhere.
/// </remarks>
internal static partial class PasswordPrompt
{
    private static readonly PosixSignal[] Endings = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <summary>What was typed to each question; null where the input ended first.</summary>
    public static string?[] Ask(params string[] questions) => OperatingSystem.IsWindows() ? AskByKeys(questions) : AskWithoutEcho(questions);

    [UnsupportedOSPlatform("windows")]
    private static string?[] AskWithoutEcho(string[] questions)
    {
        using var terminal = Echo.Off();
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        return [.. questions.Select(question =>
        {
            Console.Error.Write(question);
            var line = ReadLine(input);
            Console.Error.WriteLine();
            return line;
        })];
    }

    private static string? ReadLine(FileStream input)
    {
        // A terminal gives at most 4,096 octets of a line.
        var line = new List<byte>(128);
        int next;
        while ((next = input.ReadByte()) is not (-1 or '\n'))
            line.Add((byte)next);
        return next < 0 && line.Count == 0 ? null : Encoding.UTF8.GetString([.. line]);
    }

    private static string?[] AskByKeys(string[] questions) => [.. questions.Select(question =>
    {
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    })];

    /// <summary>The terminal on stdin without its echo, until it is disposed of or a signal ends the program.</summary>
    [UnsupportedOSPlatform("windows")]
    private sealed partial class Echo : IDisposable
    {
        /// <summary>TCSAFLUSH: what was typed before the question was asked is not the answer.</summary>
        private const int AfterOutputDroppingInput = 2;

        private const int AfterOutput = 1;
        private const uint EchoFlag = 8;

        /// <summary>More than struct termios has anywhere (60 octets on Linux, 72 on macOS).</summary>
        private const int StructSize = 256;

        /// <summary>c_lflag is the fourth of the flags: of 4 octets each on Linux, of 8 on macOS.</summary>
        private static readonly int LocalFlags = OperatingSystem.IsMacOS() ? 24 : 12;

        private readonly byte[] _before;
        private readonly byte[] _silent;
        private readonly List<PosixSignalRegistration> _signals = [];

        private Echo(byte[] before, byte[] silent)
        {
            (_before, _silent) = (before, silent);
            // Left to themselves they end or stop the program right after; the shell wants its terminal back as it was.
            foreach (var signal in (PosixSignal[])[.. Endings, PosixSignal.SIGTSTP])
                _signals.Add(PosixSignalRegistration.Create(signal, _ => Set(_before, AfterOutput)));
            _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Set(_silent, AfterOutput)));
        }

        /// <summary>Null where stdin is no terminal that can be told so.</summary>
        public static Echo? Off()
        {
            var before = new byte[StructSize];
            if (GetAttributes(0, before) != 0)
                return null;
            var silent = (byte[])before.Clone();
            silent[LocalFlags] &= unchecked((byte)~EchoFlag);
            var echo = new Echo(before, silent);
            Set(silent, AfterOutputDroppingInput);
            return echo;
        }

        public void Dispose()
        {
            Set(_before, AfterOutput);
            _signals.ForEach(signal => signal.Dispose());
        }

        private static void Set(byte[] attributes, int when) => _ = SetAttributes(0, when, attributes);

        [LibraryImport("libc", EntryPoint = "tcgetattr")]
        private static partial int GetAttributes(int descriptor, [Out] byte[] attributes);

        [LibraryImport("libc", EntryPoint = "tcsetattr")]
        private static partial int SetAttributes(int descriptor, int when, byte[] attributes);
    }
}
