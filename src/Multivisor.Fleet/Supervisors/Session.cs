using System.Collections.Immutable;
using System.Threading.Channels;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Supervisors;

/// <summary>
/// One connection's life, from the first full read to its loss. Changes are applied as they come, also while a read is on its way, by the thread that
/// brings them; everything else goes through a mailbox to a loop. A lock makes them one writer of the state.
/// </summary>
internal sealed partial class Session : IAsyncDisposable
{
    /// <summary>What may wait to be applied.</summary>
    private const int MailboxSize = 1024;

    private readonly SupervisorState _state;
    private readonly FleetOptions _options;
    private readonly CancellationTokenSource _scope;
    private readonly Channel<Mail> _mailbox = Channel.CreateBounded<Mail>(
        new BoundedChannelOptions(MailboxSize) { SingleReader = true });

    /// <summary>Held while anything is applied, which never waits.</summary>
    private readonly Lock _applying = new();

    private bool _isOver;

    /// <summary>What events said while a read was on its way: newer than that read, or followed by another event.</summary>
    private readonly Dictionary<string, ProcessInfo> _changedDuringRead = new(StringComparer.Ordinal);

    private Task _pump = Task.CompletedTask;

    private readonly PollPace _pace;
    private readonly FleetFeed _feed;

    public Session(ISupervisorConnection connection, SupervisorState state, FleetFeed feed, FleetOptions options, CancellationToken stopping)
    {
        Connection = connection;
        _state = state;
        _options = options;
        _feed = feed;
        _pace = new PollPace(options, () => feed.IsWatched);
        feed.Watched += OnWatched;
        _scope = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Lost = _scope.Token;
        _clock = options.Time.CreateTimer(
            static me => ((Session)me!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ISupervisorConnection Connection { get; }

    /// <summary>Something was asked of supervisord: where nobody tells what becomes of it, it is looked for at once.</summary>
    public void ExpectChange()
    {
        if (Connection.IsPolled)
            _mailbox.Writer.TryWrite(Mail.Expect);
    }

    /// <summary>Cancelled when this connection is given up.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Reads the full state for the first time. Changes since the subscription wait in the link meanwhile.</summary>
    /// <param name="onRead">Called between the read and its publication.</param>
    public async Task ReadFirstAsync(Action onRead)
    {
        // An original agent does not announce its process; what an earlier event told of it still holds.
        if (Connection.Agent.Namespec is not null || Connection.Agent.Program != AgentInfo.Original)
            _state.SetAgent(Connection.Agent.Namespec);
        var read = await ReadStateAsync(withIdentity: true);
        onRead();
        ApplyRead(read);
    }

    /// <summary>Follows until the connection is lost; then throws why.</summary>
    public async Task FollowAsync()
    {
        _pump = PumpAsync();
        try
        {
            lock (_applying)
                Schedule();
            while (await _mailbox.Reader.WaitToReadAsync(Lost))
            {
                while (_mailbox.Reader.TryRead(out var mail))
                {
                    Lost.ThrowIfCancellationRequested();
                    lock (_applying)
                    {
                        Apply(mail);
                        Schedule();
                    }
                }
            }
        }
        finally
        {
            lock (_applying)
                _isOver = true;
        }
    }

    /// <summary>Asks for a full read and waits until it is applied.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken, bool withIdentity = true)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new Mail.Refresh(done, withIdentity), cancellationToken);
        await WaitAsync(done.Task, cancellationToken);
    }

    /// <summary>Hands over a process that was read beside the loop and waits until it is in the model.</summary>
    /// <param name="before">What was known of it before the read began: if that is no longer so, an event was faster and is newer.</param>
    public async Task PostProcessAsync(ProcessInfo info, ProcessSnapshot? before, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new Mail.ProcessRead(info, before, done), cancellationToken);
        await WaitAsync(done.Task, cancellationToken);
    }

    /// <summary>One read, limited by <see cref="FleetOptions.AnswerLimit"/>.</summary>
    /// <exception cref="LinkException">No answer in time.</exception>
    public async Task<T> ReadAsync<T>(Func<ISupervisorConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(Connection).WaitAsync(_options.AnswerLimit, _options.Time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new LinkException(NoAnswer, e);
        }
        catch (OperationCanceledException e) when (Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LinkException(ConnectionLost, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _feed.Watched -= OnWatched;
        await _scope.CancelAsync();
        await _clock.DisposeAsync();
        _mailbox.Writer.TryComplete();
        await _pump;
        var lost = new LinkException(ConnectionLost);
        FailWaiting(_waitForThisRead, lost);
        FailWaiting(_waitForNextRead, lost);
        while (_mailbox.Reader.TryRead(out var mail))
            mail.Done?.TrySetException(lost);
        _scope.Dispose();
    }

    private const string ConnectionLost = "the connection was lost";

    private string NoAnswer =>
        $"supervisord does not answer within {_options.AnswerLimit.TotalSeconds:0} s; look on the host whether supervisord and its agent hang";

    /// <remarks>A thousand sessions are told one after the other by somebody who waits for it.</remarks>
    private void OnWatched(object? sender, EventArgs e) => ThreadPool.UnsafeQueueUserWorkItem(static me => me.Tick(), this, preferLocal: false);

    /// <summary>What is due may be due now.</summary>
    private void Tick() => _mailbox.Writer.TryWrite(Mail.Tick);

    private async Task PumpAsync()
    {
        Exception end;
        try
        {
            await Connection.FollowAsync(OnChange, Lost);
            end = new LinkException("the agent ended the event stream; if it does not come back see the log of multivisor-rpc on the host");
        }
        catch (Exception e)
        {
            // Whatever ends the stream ends the session; the loop reports it.
            end = e;
        }

        _mailbox.Writer.TryComplete(end);
    }

    /// <remarks>A change waits for nobody: through the mailbox it would be kept, and wake a thread.</remarks>
    private void OnChange(LinkChange change)
    {
        lock (_applying)
        {
            if (_isOver)
                return;
            try
            {
                ApplyChange(change);
                if (_readWanted)
                    Schedule();
            }
            catch (Exception e)
            {
                // Whatever it is, it ends the session; the loop reports it.
                _isOver = true;
                _mailbox.Writer.TryComplete(e);
            }
        }
    }

    private void Apply(Mail mail)
    {
        switch (mail)
        {
            case Mail.ProcessRead read:
                ApplyProcessRead(read);
                break;
            case Mail.Refresh refresh:
                _waitForNextRead.Add(refresh.Done!);
                WantRead(refresh.WithIdentity);
                break;
            case Mail.StateRead when _stoppedDuringRead:
                // Read before supervisord said that it stops: it no longer tells what is.
                _reading = false;
                _waitForNextRead.AddRange(_waitForThisRead);
                _waitForThisRead.Clear();
                break;
            case Mail.StateRead read:
                _reading = false;
                ApplyRead(read);
                break;
            case Mail.ReadFailed failed:
                _reading = false;
                ReadFailed(failed.Error);
                break;
            case Mail.Answered answered:
                Answered(answered);
                break;
            case Mail.Broken broken:
                throw broken.Error;
            case Mail.Expected:
                _pace.Enliven();
                WantRead(withIdentity: false);
                break;
        }
    }

    private void ApplyChange(LinkChange change)
    {
        switch (change)
        {
            case LinkChange.Process process:
                if (process.Passed is { } passed)
                    _state.NotePassedExit(process.Info, passed);
                ApplyProcess(process.Info, process.ExitExpected, byRead: false);
                break;
            case LinkChange.Stopping:
                _state.MarkStopping();
                _stoppedDuringRead = _reading;
                WantRead(withIdentity: true);
                break;
            case LinkChange.Silent:
                throw new LinkException(NoAnswer);
            case LinkChange.AgentFound found:
                _state.SetAgent(found.Namespec);
                break;
            default:
                WantRead(withIdentity: true);
                break;
        }
    }

    private void ApplyProcess(ProcessInfo info, bool? exitExpected, bool byRead)
    {
        if (_reading)
            _changedDuringRead[info.Namespec] = info;
        if (!_state.ApplyProcess(info, exitExpected, byRead))
            WantRead(withIdentity: false);
    }

    private void ApplyProcessRead(Mail.ProcessRead read)
    {
        var known = _state.Snapshot.Processes.TryGet(read.Info.Namespec, out var process) ? process : null;
        if (known is null || !_state.Snapshot.IsRunning)
        {
            // Only a full read can add it.
            _waitForNextRead.Add(read.Done!);
            WantRead(withIdentity: false);
            return;
        }

        if (ReferenceEquals(known, read.Before))
            ApplyProcess(read.Info, exitExpected: null, byRead: true);
        read.Done!.TrySetResult();
    }

    private async Task PostAsync(Mail mail, CancellationToken cancellationToken)
    {
        try
        {
            await _mailbox.Writer.WriteAsync(mail, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new LinkException(ConnectionLost, e);
        }
    }

    private async Task WaitAsync(Task applied, CancellationToken cancellationToken)
    {
        try
        {
            // Twice: a read may be on its way already, and it counts only if it was asked for afterwards.
            await applied.WaitAsync(2 * _options.AnswerLimit, _options.Time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new LinkException(NoAnswer, e);
        }
    }

    /// <summary>What the loop is told.</summary>
    private abstract record Mail(TaskCompletionSource? Done = null)
    {
        public static readonly Mail Tick = new Ticked();

        public static readonly Mail Expect = new Expected();

        public sealed record ProcessRead(ProcessInfo Info, ProcessSnapshot? Before, TaskCompletionSource Applied) : Mail(Applied);

        public sealed record Refresh(TaskCompletionSource Applied, bool WithIdentity) : Mail(Applied);

        public sealed record StateRead(SupervisorIdentity Identity, ImmutableArray<ProcessInfo> Processes, TimeSpan Took) : Mail;

        public sealed record ReadFailed(Exception Error) : Mail;

        public sealed record Answered(long Pid, TimeSpan Took) : Mail;

        public sealed record Broken(Exception Error) : Mail;

        public sealed record Expected : Mail;

        private sealed record Ticked : Mail;
    }
}
