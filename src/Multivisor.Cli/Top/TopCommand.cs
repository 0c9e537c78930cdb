using System.Threading.Channels;
using Multivisor.Cli.Commands;
using Multivisor.Cli.Output;
using Multivisor.Client;
using Multivisor.Contract;
using Terminal.Gui.App;
using Terminal.Gui.Views;

namespace Multivisor.Cli.Top;

/// <summary><c>top</c>: the whole site on one screen, live.</summary>
internal sealed class TopCommand : IAsyncDisposable
{
    /// <summary>A thousand changes a second are one look; people see no more.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private const int MostNamed = 12;

    private static readonly string[] KeyHelp =
    [
        "/              edit the filter: state:fatal group:PLC -name:test (docs/filter.md); Esc there clears it",
        "Space          mark; what follows is about the marked ones, else about the one under the cursor",
        "Esc            unmark all",
        "s, t, r        start, stop, restart; asks first",
        "Enter          details and last states",
        "l              log of the process, live, stdout and stderr; Esc closes",
        "o              order: what is wrong first, name, supervisor, latest change",
        "q              leave",
        "The mouse works: the wheel scrolls, a press chooses a process or a key below.",
    ];

    private readonly CliSession _session;
    private readonly LiveSite _site;
    private readonly IApplication _app;
    private readonly TopWindow _window;
    private readonly CancellationTokenSource _end;
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TopSort _sort;

    private TopCommand(CliSession session, CancellationToken cancellationToken)
    {
        _session = session;
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _site = new LiveSite(session.Client) { OnChange = _ => _changed.Writer.TryWrite(true) };
        _app = Application.Create();
        _window = new TopWindow(session.Terminal.HasColor) { FilterChanged = () => _changed.Writer.TryWrite(true), Pressed = Act };
    }

    public static async Task<int> RunAsync(CliSession session, CancellationToken cancellationToken)
    {
        if (!session.Terminal.IsTerminal || !session.Terminal.CanAsk)
            throw new CliException(ExitCode.WrongUsage, "top needs a terminal; status and events are for files and pipes");
        await using var top = new TopCommand(session, cancellationToken);
        await top._site.StartAsync(cancellationToken);
        top._app.Init();
        var refreshing = Task.Run(() => top.RefreshAsync(top._end.Token), CancellationToken.None);
        await using (top._end.Token.Register(() => top._app.Invoke(() => top._app.RequestStop())))
            top._app.Run(top._window);
        await top._end.CancelAsync();
        await refreshing;
        return ExitCode.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _window.Dispose();
        _app.Dispose();
        await _site.DisposeAsync();
        _end.Dispose();
    }

    private async Task RefreshAsync(CancellationToken end)
    {
        try
        {
            while (true)
            {
                var (filter, sort) = (_window.Filter, _sort);
                var rows = TopList.Of(_site, filter, sort);
                var totals = Totals(rows.Count);
                var supervisors = _site.GetSupervisors().ToDictionary(s => s.Name, StringComparer.Ordinal);
                _app.Invoke(() => _window.Show(rows, totals, process => HostClock.Now(process, supervisors.GetValueOrDefault(process.Supervisor))));
                await Task.Delay(Pace, end);
                // Without a change only times pass.
                await Task.WhenAny(_changed.Reader.WaitToReadAsync(end).AsTask(), Task.Delay(TimeSpan.FromSeconds(1), end));
                _changed.Reader.TryRead(out _);
                end.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            // The screen is left.
        }
    }

    private string Totals(int shown)
    {
        var counts = _site.Counts;
        var status = _site.Status;
        var live = status.IsLive ? "" : $" | NOT CONNECTED since {status.Since.ToLocalTime():HH:mm:ss}: {SafeText.Line(status.Error)}";
        var order = _sort switch
        {
            TopSort.State => "what is wrong first",
            TopSort.Name => "by name",
            TopSort.Latest => "latest change first",
            _ => "by supervisor",
        };
        return $"{SafeText.Line(_site.Name)} | Supervisors: {counts.Supervisors} ({counts.SupervisorsUp}/{counts.SupervisorsDown})"
            + $" | Processes: {counts.Processes} ({counts.ProcessesUp}/{counts.ProcessesDown}) | {shown} shown, {order}{live}";
    }

    private void Act(string key)
    {
        switch (key)
        {
            case "q":
                _app.RequestStop();
                break;
            case "/":
                _window.EditFilter();
                break;
            case "o":
                _sort = (TopSort)(((int)_sort + 1) % Enum.GetValues<TopSort>().Length);
                _changed.Writer.TryWrite(true);
                break;
            case "?":
                ShowText("Keys", KeyHelp);
                break;
            case "s":
                Ask("start", ProcessVerb.Start);
                break;
            case "t":
                Ask("stop", ProcessVerb.Stop);
                break;
            case "r":
                Ask("restart", ProcessVerb.Restart);
                break;
            case "enter" when _window.Current is { } current:
                ShowDetails(current.Uid);
                break;
            case "l" when _window.Current is { } current:
                ShowLog(current.Uid);
                break;
        }
    }

    private void Ask(string verb, ProcessVerb action)
    {
        var targets = _window.Targets;
        if (targets.Count == 0)
            return;
        var named = string.Join('\n', targets.Take(MostNamed).Select(SafeText.Line));
        var more = targets.Count > MostNamed ? $"\nand {targets.Count - MostNamed} more" : "";
        var title = targets.Count == 1 ? $"{verb} this process?" : $"{verb} these {targets.Count} processes?";
        // The last button is the one that Enter presses.
        if (MessageBox.Query(_app, title, $"{named}{more}", $"_Yes, {verb}", "_No") != 0)
            return;
        _window.Unmark();
        _ = Task.Run(() => CarryOutAsync(verb, SiteAction.OnProcesses(action, targets)));
    }

    private async Task CarryOutAsync(string verb, SiteAction action)
    {
        Tell($"{verb} …");
        try
        {
            string? failure = null;
            await foreach (var step in _session.Client.RunAsync(action, _end.Token))
            {
                if (step is ActionStep.Result { Value: { Outcome: "failed" } failed })
                    failure ??= $"{failed.Target}: {failed.Message}";
                if (step is ActionStep.Summary { Value: var summary })
                    Tell($"{verb}: {summary.Done} done, {summary.Failed} failed, {summary.Skipped} left alone{(failure is null ? "" : $"; {failure}")}");
            }
        }
        catch (MultivisorException e)
        {
            Tell($"{verb}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The action goes on without the screen.
        }
    }

    private void ShowDetails(string uid)
    {
        using var window = new TextWindow(SafeText.Line(uid), isLog: false);
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var end = closed.Token;
        _ = Task.Run(LoadAsync);
        _app.Run(window);
        closed.Cancel();

        async Task LoadAsync()
        {
            var text = new StringWriter();
            var terminal = new CliTerminal(text, text, isTerminal: false, errorIsTerminal: false, canAsk: false);
            string[] lines;
            try
            {
                await InfoCommand.RunAsync(_session with { Terminal = terminal, Format = OutputFormat.Table }, uid, end);
                lines = text.ToString().TrimEnd('\n').Split('\n');
            }
            catch (MultivisorException e)
            {
                lines = [e.Message];
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Append(window, lines, end);
        }
    }

    private void ShowLog(string uid)
    {
        using var window = new TextWindow($"log of {SafeText.Line(uid)}", isLog: true);
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var end = closed.Token;
        _ = Task.Run(() => FollowAsync(uid, lines => Append(window, lines, end), end));
        _app.Run(window);
        closed.Cancel();
    }

    /// <summary>On the screen's thread, where the window is closed too: nothing reaches one that is gone.</summary>
    private void Append(TextWindow window, IReadOnlyList<string> lines, CancellationToken closed) => _app.Invoke(() =>
    {
        if (!closed.IsCancellationRequested)
            window.Lines.Append(lines);
    });

    private async Task FollowAsync(string uid, Action<IReadOnlyList<string>> show, CancellationToken closed)
    {
        const int Lines = 200;
        var open = "";
        try
        {
            await foreach (var happened in _session.Client.FollowLogsAsync([uid], ["out", "err"], Lines, cancellationToken: closed))
            {
                string[] lines;
                switch (happened)
                {
                    case LogEvent.Text text:
                        lines = (open + text.Value).Split('\n');
                        open = lines[^1];
                        lines = lines[..^1];
                        break;
                    case LogEvent.Moved { Kind: not LogEvents.Opened } moved:
                        lines = [$"-- {moved.Kind}{(moved.Lost > 0 ? $", {moved.Lost} bytes are missing here" : "")}"];
                        break;
                    case LogEvent.Ended ended:
                        lines = [$"-- {ended.Stream}: {ended.Reason}"];
                        break;
                    default:
                        continue;
                }

                show(lines);
            }
        }
        catch (MultivisorException e)
        {
            show([$"-- {e.Message}"]);
        }
        catch (OperationCanceledException)
        {
            // The window is closed.
        }
    }

    private void ShowText(string title, IEnumerable<string> lines)
    {
        using var window = new TextWindow(title, isLog: false);
        window.Lines.Append(lines);
        _app.Run(window);
    }

    private void Tell(string message) => _app.Invoke(() => _window.Tell(message));
}
