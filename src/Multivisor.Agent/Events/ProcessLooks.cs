using Multivisor.Supervisord;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Events;

/// <summary>
/// Asks supervisord what its processes are now, over a connection that nobody else uses. A failure is logged and answered with null:
/// the event pipeline goes on and looks again. Not thread-safe: the pipeline owns it.
/// </summary>
/// <param name="seen">Is given each answer: a process, or an array of them.</param>
internal sealed class ProcessLooks(SupervisordClient supervisord, Action<XmlRpcValue> seen, AgentLog log, TimeProvider time)
{
    /// <summary>Longest pause between looks at all processes while events pour in.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>An answer later than this is none: what servers show of this supervisord is no longer known to be true.</summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(8);

    private readonly Troubles _troubles = new(log, "events");
    private long? _unansweredSince;
    private bool _isSilent;
    private string? _identification;
    private long _allEnded;

    /// <summary>How long supervisord took for the last look at all processes.</summary>
    public TimeSpan Cost { get; private set; }

    public SupervisordUrl Url => supervisord.Url;

    /// <summary>Called when supervisord has not answered for 8 s though it was asked; once until it answers again, and while a question is waited for.</summary>
    public Action Silent { get; set; } = () => { };

    /// <summary>One process as its map; null also when it is not there, or supervisord is going down.</summary>
    public async Task<XmlRpcValue?> OneAsync(string group, string name, CancellationToken cancellationToken) =>
        See(await AskAsync("supervisor.getProcessInfo", [$"{group}:{name}"], $"an event of {group}:{name} is held back", cancellationToken));

    /// <summary>All processes, as an array of maps.</summary>
    public async Task<XmlRpcValue?> AllAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var all = await AskAsync("supervisor.getAllProcessInfo", [], "the states of all processes could not be read", cancellationToken);
        _allEnded = time.GetTimestamp();
        Cost = time.GetElapsedTime(start, _allEnded);
        return See(all);
    }

    /// <summary>supervisord's identifier, asked for once; null if it does not tell.</summary>
    public async Task<string?> IdentificationAsync(CancellationToken cancellationToken) =>
        _identification ??= (await AskAsync("supervisor.getIdentification", [], "the name of supervisord could not be read", cancellationToken))
            is { } name && name.TryGetString(out var text) ? text : null;

    /// <summary>After a look, gives supervisord as long as that took, so that a storm of events costs it half its time at most.</summary>
    public async Task PauseAsync(CancellationToken cancellationToken)
    {
        var pause = (Cost < LongestPause ? Cost : LongestPause) - time.GetElapsedTime(_allEnded);
        if (_allEnded != 0 && pause > TimeSpan.Zero)
            await Task.Delay(pause, time, cancellationToken);
    }

    private XmlRpcValue? See(XmlRpcValue? answer)
    {
        if (answer is { } told)
            seen(told);
        return answer;
    }

    private async Task<XmlRpcValue?> AskAsync(string method, XmlRpcValue[] arguments, string consequence, CancellationToken cancellationToken)
    {
        _unansweredSince ??= time.GetTimestamp();
        try
        {
            var answer = await WaitAsync(supervisord.CallAsync(method, arguments, cancellationToken), cancellationToken);
            NoteAnswer();
            _troubles.Over();
            return answer;
        }
        catch (SupervisordException error)
        {
            if (error is SupervisordFaultException)
                NoteAnswer();
            else if (LeftUntilSilent <= TimeSpan.Zero)
                NoteSilence();
            _troubles.Note(error, consequence);
            return null;
        }
    }

    private TimeSpan LeftUntilSilent => SilentAfter - time.GetElapsedTime(_unansweredSince ?? time.GetTimestamp());

    private async Task<XmlRpcValue> WaitAsync(Task<XmlRpcValue> answer, CancellationToken cancellationToken)
    {
        if (!_isSilent && !answer.IsCompleted)
        {
            try
            {
                var left = LeftUntilSilent;
                return await answer.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
            }
            catch (TimeoutException) when (!answer.IsCompleted)
            {
                NoteSilence();
            }
        }

        return await answer;
    }

    private void NoteAnswer()
    {
        _unansweredSince = null;
        _isSilent = false;
    }

    private void NoteSilence()
    {
        if (_isSilent)
            return;
        _isSilent = true;
        Silent();
    }
}
