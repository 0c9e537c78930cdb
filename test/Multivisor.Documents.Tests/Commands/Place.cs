using System.Diagnostics;
using System.Text;
using Multivisor.Documents.Tests.Reading;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Commands;

/// <summary>
/// A folder in which commands of a document find what they speak of. Names and paths of the document stand for others here; the programs are
/// the real ones.
/// </summary>
internal class Place : IAsyncDisposable
{
    /// <summary>Everything that was started here has this in its environment, and is found again by it.</summary>
    private const string Mark = "MULTIVISOR_PLACE";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly List<Process> _running = [];

    protected Place()
    {
        // Short, because the path of a unix socket holds 107 octets.
        Folder = Directory.CreateTempSubdirectory("mvp-").FullName;
        foreach (var name in (string[])["bin", "home", "etc"])
            Directory.CreateDirectory(Path.Combine(Folder, name));
        foreach (var program in (string[])["multivisor-rpc", "multivisor-cli"])
            File.CreateSymbolicLink(Path.Combine(Folder, "bin", program), Path.Combine(AppContext.BaseDirectory, program));
        AddProgram("curl", """
            # What has no end is left as soon as it has said something; curl then cannot write (23), or is told that it is time (28).
            case " $* " in
              *" -N "*)
                code=0
                said=$(/usr/bin/curl --fail-with-body -sS --max-time 60 "$@" | head -c 1; exit "${PIPESTATUS[0]}") || code=$?
                [ -n "$said" ] || echo "the stream said nothing ($code)" >&2
                case $code in 0 | 23 | 28) [ -n "$said" ] ;; *) exit "$code" ;; esac ;;
              *) exec /usr/bin/curl --fail-with-body -sS "$@" ;;
            esac
            """);
        AddProgram("sudo", """exec "$@" """);
        AddProgram("multivisor", $$"""
            # As a machine of its own would have it: the usual port is free, and the usual file is that of this place.
            case "${1:--} $* " in
              [!-]*|*" --bind "*|*" --check "*|*--help*|*--version*) ;;
              *) set -- "$@" --bind "localhost:{{Port}}" ;;
            esac
            case "${1:--} $* " in
              [!-]*|*" -c "*|*--help*|*--version*) ;;
              *) set -- "$@" -c "{{Folder}}/etc/multivisor.conf" ;;
            esac
            exec "{{AppContext.BaseDirectory}}multivisor" "$@"
            """);
        // A second port for a server beside another: no document has both.
        foreach (var port in (int[])[22000, 22001])
            Means($"localhost:{port}", $"localhost:{Port}");
        Means("/usr/local/bin", $"{Folder}/bin");
        Means("/etc/", $"{Folder}/etc/");
        Means("~/", $"{Folder}/home/");
        Environment["HOME"] = $"{Folder}/home";
        Environment["MULTIVISOR_URL"] = $"localhost:{Port}";
        Environment["MULTIVISOR_SECRET_KEY"] = "as long as it has to be, and of no other use";
    }

    public string Folder { get; }

    /// <summary>Stands for 22000.</summary>
    public int Port { get; protected init; } = FreePort.Take();

    protected Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Writes a block where its mark says.</summary>
    public void Write(CodeBlock block)
    {
        var path = Here(block.Mark!.Value);
        if (!Path.IsPathFullyQualified(path))
            path = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Here(block.Text) + "\n");
    }

    /// <summary>Executes a block to its end, and fails when one of its commands does.</summary>
    public async Task RunAsync(CodeBlock block)
    {
        using var process = Start(block);
        var output = Read(process);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{block.Place} has not ended within {Limit}:\n{Said(output)}");
        }

        Assert.True(process.ExitCode == 0, $"{block.Place} ended with {process.ExitCode}:\n{Here(block.Text)}\n---\n{Said(output)}");
    }

    /// <summary>Starts what stays, and waits until it listens.</summary>
    public async Task StartAsync(CodeBlock block)
    {
        var process = Start(block);
        _running.Add(process);
        var output = Read(process);
        await Eventually.BecomesAsync(async () => process.HasExited || await Listening.AcceptsAsync(Port), done => done, Limit);
        Assert.False(process.HasExited, $"{block.Place} has ended:\n{Said(output)}");
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var pid in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(IsOurs))
            SupervisordInstance.Signal(long.Parse(pid!), "KILL");
        foreach (var process in _running)
        {
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await Eventually.BecomesAsync(() => Task.FromResult(TryDelete()), gone => gone, Limit);
    }

    protected void Means(string written, string here) => _words[written] = here;

    /// <summary>A program in front of the system's own.</summary>
    protected void AddProgram(string name, string script)
    {
        var path = Path.Combine(Folder, "bin", name);
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The text with what stands here for its words: the longest first, so that no name is taken for the beginning of another.</summary>
    protected string Here(string text) => _words.OrderByDescending(word => word.Key.Length)
        .Aggregate(text, (now, word) => now.Replace(word.Key, word.Value, StringComparison.Ordinal));

    private Process Start(CodeBlock block)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", Here(block.Text)])
        {
            WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MULTIVISOR_", StringComparison.Ordinal) || k.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        start.Environment["PATH"] = $"{Folder}/bin:{System.Environment.GetEnvironmentVariable("PATH")}";
        start.Environment[Mark] = Folder;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static StringBuilder Read(Process process)
    {
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return output;

        void Append(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }
    }

    private static string Said(StringBuilder output)
    {
        lock (output)
            return output.ToString();
    }

    private bool IsOurs(string? pid)
    {
        try
        {
            return int.TryParse(pid, out _) && File.ReadAllText($"/proc/{pid}/environ").Contains($"{Mark}={Folder}\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            // Something that was killed is still writing.
            return false;
        }
    }
}
