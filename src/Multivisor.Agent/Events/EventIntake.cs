using System.IO.Pipelines;
using Multivisor.Agent.Wake;
using Multivisor.Supervisord.Events;

namespace Multivisor.Agent.Events;

/// <summary>Reads events from supervisord and acknowledges each before anything else is done with it, so that supervisord's buffer stays empty.</summary>
internal sealed class EventIntake(PipeReader input, Stream output, EventPipeline pipeline, Waker waker, AgentLog log)
{
    private const string LogName = "intake";
    private readonly ListenerEventReader _reader = new(input);
    private readonly ListenerOutput _output = new(output);
    private readonly RecentSerials _serials = new();
    private readonly PoolSerialGap _gap = new();
    private long _skipped;

    /// <summary>Returns when supervisord has closed our input or does not read our output any more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _output.ReadyAsync(cancellationToken);
            while (await _reader.ReadAsync(cancellationToken) is { } received)
            {
                await _output.AcceptAsync(cancellationToken);
                Take(received);
            }
        }
        catch (IOException error)
        {
            log.Debug(LogName, $"supervisord does not read: {error.Message}");
        }
    }

    private void Take(ListenerEvent received)
    {
        if (_reader.SkippedOctets > _skipped)
        {
            log.Warn(LogName, $"{_reader.SkippedOctets - _skipped} octets from supervisord belong to no event and were skipped");
            _skipped = _reader.SkippedOctets;
            NoteLoss();
        }

        if (!_gap.Follows(received.PoolSerial, out var missing))
        {
            log.Debug(LogName, $"supervisord has discarded {missing} events; all states are read again");
            NoteLoss();
        }

        if (!_serials.Add(received.Serial))
        {
            log.Debug(LogName, $"{received.Name} {received.Serial} came again");
            return;
        }

        waker.Note(received);
        pipeline.Post(received);
    }

    private void NoteLoss()
    {
        waker.NoteLoss();
        pipeline.NoteLoss();
    }
}
