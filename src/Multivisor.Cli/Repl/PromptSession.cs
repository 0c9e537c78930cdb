using System.CommandLine;
using Microsoft.Win32.SafeHandles;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Multivisor.Cli.CommandLine;
using Multivisor.Cli.Commands;
using Multivisor.Client;
using Multivisor.Contract;

namespace Multivisor.Cli.Repl;

/// <summary>The prompt: reads lines from a person or from a file, and carries them out one after the other beside the live state.</summary>
internal sealed class PromptSession : IAsyncDisposable
{
    private readonly CliSession _session;
    private readonly SharedOptions _shared;
    private readonly LiveSite _site;
    private readonly Toolbar _toolbar;
    private readonly Command _root;

    /// <summary>Something that the toolbar shows has changed, or the size of the screen: one place, because one look is enough.</summary>
    private readonly Channel<bool> _redraw = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private bool _leaves;

    private PromptSession(CliSession session, SharedOptions shared)
    {
        _session = session;
        _shared = shared;
        _site = new LiveSite(session.Client) { OnChange = Note };
        _toolbar = new Toolbar(_site, session.Terminal);
        var tree = new CommandTree(RunAsync, _ => _site.GetProcesses().Select(p => p.Uid), _ => _site.GetSupervisors().Select(s => s.Name));
        _root = PromptCommands.Create(tree, RunAsync, ShowStatus, ct => _site.ReloadAsync(ct), () => _leaves = true);
        // Those about the server have been said already.
        _root.Add(shared.Output);
        _root.Add(shared.NoColor);
    }

    /// <summary>Until the person leaves, or the file ends.</summary>
    /// <returns>Of lines of a file the code of the first that failed.</returns>
    public static async Task<int> RunAsync(CliSession session, SharedOptions shared, CancellationToken end)
    {
        await using var prompt = new PromptSession(session, shared);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(end);
        using var terminated = OnSignal(PosixSignal.SIGTERM, ended);
        using var hungUp = OnSignal(PosixSignal.SIGHUP, ended);
        await prompt.StartAsync(ended.Token);
        return Console.IsInputRedirected || !session.Terminal.IsTerminal ? await prompt.ReadFileAsync(ended.Token) : await prompt.ReadPersonAsync(ended.Token);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    /// <summary>The end comes by itself, after the terminal was left as it was.</summary>
    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource end) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        end.Cancel();
    });

    private async Task StartAsync(CancellationToken end)
    {
        try
        {
            await _site.StartAsync(end);
        }
        catch (MultivisorException e) when (e.Problem == MultivisorProblem.NotSignedIn && _session.Terminal.CanAsk && _session.Client.Options.Token is null)
        {
            await AccountCommands.SignInAsync(_session, user: null, end);
            await _site.StartAsync(end);
        }
    }

    private async Task<int> ReadFileAsync(CancellationToken end)
    {
        var code = ExitCode.Done;
        while (!_leaves && await Console.In.ReadLineAsync(end) is { } line)
        {
            var one = await ExecuteAsync(line, end);
            if (code == ExitCode.Done)
                code = one;
        }

        return code;
    }

    private async Task<int> ReadPersonAsync(CancellationToken end)
    {
        var history = new History(History.DefaultFile);
        history.Load();
        var screen = new Screen(_session.Terminal, () => _session.Terminal.Width);
        using var keys = OpenKeys();
        var editor = new LineEditor(
            new KeyReader(keys), screen, history, new Completer(_root), () => _toolbar.Line(_session.Terminal.Width), _redraw.Reader);
        using var resized = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _redraw.Writer.TryWrite(true));
        await ExecuteAsync("status", end);
        while (!_leaves)
        {
            if (await ReadLineAsync(editor, end) is not { } line)
                break;
            await ExecuteAsync(line, end);
        }

        return ExitCode.Done;
    }

    /// <summary>On Unix the runtime's own stream of a terminal edits lines by itself.</summary>
    private static Stream OpenKeys() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <summary>The terminal is raw only while a line is edited: commands find it as they know it.</summary>
    private async Task<string?> ReadLineAsync(LineEditor editor, CancellationToken end)
    {
        const string PasteInBrackets = "\e[?2004h";
        const string PasteAsTyped = "\e[?2004l";
        using var raw = new RawMode();
        _session.Terminal.Text(PasteInBrackets);
        try
        {
            return await editor.ReadAsync(end);
        }
        finally
        {
            _session.Terminal.Text(PasteAsTyped);
            _session.Terminal.Flush();
        }
    }

    /// <summary>Carries out a line; what goes wrong is told, and the prompt goes on.</summary>
    private async Task<int> ExecuteAsync(string line, CancellationToken end)
    {
        if (string.IsNullOrWhiteSpace(line))
            return ExitCode.Done;
        var parsed = _root.Parse(line);
        if (parsed.Errors.Count > 0)
        {
            _session.Terminal.Error(Explain(parsed, line));
            return ExitCode.WrongUsage;
        }

        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(end);
        using var ctrlC = OnSignal(PosixSignal.SIGINT, interrupted);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupted.Token);
        }
        catch (CliException e)
        {
            _session.Terminal.Error(e.Message);
            return e.ExitCode;
        }
        catch (MultivisorException e)
        {
            _session.Terminal.Error(e.Message);
            foreach (var detail in e.Details)
                _session.Terminal.Note($"  {detail}");
            return ExitCode.Of(e.Problem);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static string Explain(ParseResult parsed, string line)
    {
        var first = line.Trim().Split(' ', 2)[0];
        return ReferenceEquals(parsed.CommandResult, parsed.RootCommandResult) && !first.StartsWith('-')
            ? $"Unknown command '{first}'"
            : string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
    }

    private Task<int> RunAsync(ParseResult parsed, Func<CliSession, CancellationToken, Task<int>> work, CancellationToken end) =>
        work(_session with { Format = parsed.GetValue(_shared.Output) }, end);

    private int ShowStatus(CliSession session, string? pattern, string? filter)
    {
        var supervisors = _site.GetSupervisors().ToDictionary(s => s.Name, StringComparer.Ordinal);
        return StatusCommand.Show(
            session, _site.GetProcesses().Select(p => (p, supervisors.GetValueOrDefault(p.Supervisor) ?? new SupervisorJson())), pattern, filter);
    }

    private void Note(LiveChange change)
    {
        if (change is LiveChange.Notification notification)
            _toolbar.Notify(notification.Value);
        _redraw.Writer.TryWrite(true);
    }
}
