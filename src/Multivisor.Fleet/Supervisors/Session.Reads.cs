using Multivisor.Fleet.Links;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Supervisors;

/// <summary>When a session reads: periodically against drift, when an event asks for it, and a small probe when all is quiet.</summary>
internal sealed partial class Session
{
    /// <summary>supervisord refuses every read while it shuts down; it may also come back without the connection breaking.</summary>
    private static readonly TimeSpan RetryWhileStopping = TimeSpan.FromSeconds(1);

    /// <summary>What is further away is not wanted by anybody at a certain moment.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ITimer _clock;
    private readonly List<TaskCompletionSource> _waitForNextRead = [];
    private readonly List<TaskCompletionSource> _waitForThisRead = [];
    private readonly double _jitter = 0.9 + (0.2 * Random.Shared.NextDouble());
    private SupervisorIdentity? _identity;
    private bool _reading;
    private bool _stoppedDuringRead;
    private bool _probing;
    private bool _readWanted;
    private bool _identityWanted;
    private long _lastReadAt;
    private long _lastAnswerAt;
    private TimeSpan _notBefore;

    private TimeSpan ReadPeriod => _jitter * (Connection.IsPolled ? _pace.Period
        : Connection.Agent.Reconciles ? _options.ReadPeriod : _options.ReadPeriodBehindOriginal);

    private TimeSpan ProbePeriod => _jitter * (Connection.Agent.Watches ? _options.ProbePeriodWhereWatched : _options.ProbePeriod);

    private void WantRead(bool withIdentity)
    {
        _readWanted = true;
        _identityWanted |= withIdentity;
    }

    /// <summary>Starts what is due and sets the clock for what is due next.</summary>
    private void Schedule()
    {
        var readDue = ReadDue();
        if (readDue <= TimeSpan.Zero)
        {
            StartRead();
            readDue = ReadDue();
        }

        // Where the full state is read all the time, that is the probe.
        var probeDue = _probing || _reading || Connection.IsPolled ? _options.AnswerLimit : Left(_lastAnswerAt, ProbePeriod);
        if (probeDue <= TimeSpan.Zero)
        {
            StartProbe();
            probeDue = _options.AnswerLimit;
        }

        var due = readDue < probeDue ? readDue : probeDue;
        // A little late rather than a little early: too early would only wake up to set the clock again.
        due += TimeSpan.FromMilliseconds(1);
        _clock.Change(due > Soon ? Beats.Join(due, _options.Beat, _options.Time) : due, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan ReadDue()
    {
        if (_reading)
            return _options.AnswerLimit;
        return _readWanted
            ? Left(_lastReadAt, _notBefore > _options.ReadDistance ? _notBefore : _options.ReadDistance)
            : Left(_lastReadAt, ReadPeriod);
    }

    private TimeSpan Left(long since, TimeSpan period) => period - _options.Time.GetElapsedTime(since);

    private void StartRead()
    {
        _reading = true;
        _readWanted = false;
        _stoppedDuringRead = false;
        _notBefore = TimeSpan.Zero;
        _lastReadAt = _options.Time.GetTimestamp();
        _changedDuringRead.Clear();
        _waitForThisRead.AddRange(_waitForNextRead);
        _waitForNextRead.Clear();
        var withIdentity = _identityWanted;
        _identityWanted = false;
        _ = RunAsync();

        async Task RunAsync()
        {
            Mail result;
            try
            {
                result = await ReadStateAsync(withIdentity);
            }
            catch (Exception e)
            {
                result = new Mail.ReadFailed(e);
            }

            await PostOrDropAsync(result);
        }
    }

    private async Task<Mail.StateRead> ReadStateAsync(bool withIdentity)
    {
        var started = _options.Time.GetTimestamp();
        var (identity, processes) = await ReadAsync(c => c.ReadStateAsync(withIdentity ? null : _identity, Lost), Lost);
        return new Mail.StateRead(identity, processes, _options.Time.GetElapsedTime(started));
    }

    private void ApplyRead(Mail.StateRead read)
    {
        _lastReadAt = _lastAnswerAt = _options.Time.GetTimestamp();
        _identity = read.Identity;
        var processes = read.Processes;
        if (_changedDuringRead.Count > 0)
            processes = [.. processes.Select(p => _changedDuringRead.GetValueOrDefault(p.Namespec, p))];
        _changedDuringRead.Clear();
        _pace.Answered(read.Took);
        if (_state.ApplyRead(read.Identity, processes, ConnectionFacts.Of(Connection, _pace), read.Took))
            _pace.Enliven();
        foreach (var waiting in _waitForThisRead)
            waiting.TrySetResult();
        _waitForThisRead.Clear();
    }

    private void ReadFailed(Exception error)
    {
        _changedDuringRead.Clear();
        FailWaiting(_waitForThisRead, error);
        if (error is not SupervisordFaultException { Fault: SupervisordFault.ShutdownState })
            throw error;
        if (_state.Snapshot.IsRunning)
            _state.MarkStopping();
        _lastReadAt = _lastAnswerAt = _options.Time.GetTimestamp();
        _notBefore = RetryWhileStopping;
        WantRead(withIdentity: true);
    }

    private static void FailWaiting(List<TaskCompletionSource> waiting, Exception error)
    {
        foreach (var one in waiting)
            one.TrySetException(error);
        waiting.Clear();
    }

    private void StartProbe()
    {
        _probing = true;
        _ = RunAsync();

        async Task RunAsync()
        {
            Mail result;
            var started = _options.Time.GetTimestamp();
            try
            {
                var pid = await ReadAsync(c => c.ReadPidAsync(Lost), Lost);
                result = new Mail.Answered(pid, _options.Time.GetElapsedTime(started));
            }
            catch (SupervisordFaultException)
            {
                // An answer, if a refusal: the next read will tell more.
                result = new Mail.Answered(0, _options.Time.GetElapsedTime(started));
            }
            catch (Exception e)
            {
                result = new Mail.Broken(e);
            }

            await PostOrDropAsync(result);
        }
    }

    private void Answered(Mail.Answered answer)
    {
        _probing = false;
        _lastAnswerAt = _options.Time.GetTimestamp();
        _state.MarkAnswered(answer.Took);
        if (answer.Pid != _identity?.Pid)
            WantRead(withIdentity: true);
    }

    /// <summary>A result that comes after the end of the session is of no use to anybody.</summary>
    private async Task PostOrDropAsync(Mail mail)
    {
        try
        {
            await _mailbox.Writer.WriteAsync(mail, Lost);
        }
        catch (Exception e) when (e is System.Threading.Channels.ChannelClosedException or OperationCanceledException)
        {
        }
    }
}
