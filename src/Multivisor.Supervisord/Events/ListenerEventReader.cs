using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Multivisor.Supervisord.Events;

/// <summary>Limits of a <see cref="ListenerEventReader"/>.</summary>
public sealed record ListenerEventReaderOptions
{
    /// <summary>Longest header line accepted, in octets.</summary>
    public int MaxHeaderLength { get; init; } = 16 * 1024;

    /// <summary>Octets of a payload that are kept; the rest is read and thrown away.</summary>
    public int MaxPayloadLength { get; init; } = 1024 * 1024;

    /// <summary>How long to wait for more characters when the payload is complete if counted in octets (supervisor 3.x).</summary>
    public TimeSpan OctetGrace { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Reads events from an event listener's standard input. One reader at a time.</summary>
/// <remarks>
/// It never gives up on odd input: what it cannot read it skips, up to the next header. Events that supervisord delivers again
/// are returned again: <see cref="RecentSerials"/> knows them.
/// </remarks>
public sealed class ListenerEventReader(PipeReader input, ListenerEventReaderOptions? options = null)
{
    private readonly ListenerEventReaderOptions _options = options ?? new();

    /// <summary>Octets skipped so far because they belonged to no event.</summary>
    public long SkippedOctets { get; private set; }

    /// <summary>The next event, or null at the end of the input.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the next call goes on where this one was.</exception>
    public async ValueTask<ListenerEvent?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var line = await ReadHeaderLineAsync(cancellationToken);
            if (line is null)
                return null;
            if (!ListenerHeader.TryParse(line, out var header, out var length))
            {
                SkippedOctets += line.Length + 1;
                continue;
            }

            var payload = new PayloadCounter(length, _options.MaxPayloadLength);
            if (!await ReadPayloadAsync(payload, cancellationToken))
                return null;
            return new ListenerEvent { Header = header, Payload = payload.Text(), PayloadWasCut = payload.WasCut };
        }
    }

    private async ValueTask<string?> ReadHeaderLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var line = FindHeader(buffer, out var consumed);
            input.AdvanceTo(consumed, line is null ? buffer.End : consumed);
            if (line is not null)
                return line;
            if (result.IsCompleted)
                return null;
        }
    }

    /// <summary>Looks for <c>ver:3.</c> … line end. Whatever is before it is dropped, except what may be its beginning.</summary>
    private string? FindHeader(ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        consumed = buffer.Start;
        while (reader.TryAdvanceTo((byte)'v', advancePastDelimiter: false))
        {
            Skip(ref reader, ref consumed);
            if (!reader.IsNext("ver:3."u8))
            {
                if (reader.Remaining < 6 && IsBeginning(ref reader))
                    return null;
                reader.Advance(1);
                continue;
            }

            var start = reader.Consumed;
            if (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
            {
                if (line.Length <= _options.MaxHeaderLength)
                {
                    // A payload cut short leaves its rest glued to the next header; the last beginning on the line counts.
                    consumed = reader.Position;
                    var text = Encoding.UTF8.GetString(line);
                    return text[Math.Max(0, text.LastIndexOf("ver:3.0 server:", StringComparison.Ordinal))..];
                }
            }
            else if (reader.Remaining <= _options.MaxHeaderLength)
            {
                return null;
            }

            // Too long for a header: look for the next beginning behind this one.
            reader.Rewind(reader.Consumed - start);
            reader.Advance(1);
        }

        reader.AdvanceToEnd();
        Skip(ref reader, ref consumed);
        return null;
    }

    private void Skip(ref SequenceReader<byte> reader, ref SequencePosition consumed)
    {
        SkippedOctets += reader.Sequence.Slice(consumed, reader.Position).Length;
        consumed = reader.Position;
    }

    private static bool IsBeginning(ref SequenceReader<byte> reader)
    {
        Span<byte> rest = stackalloc byte[6];
        rest = rest[..(int)reader.Remaining];
        reader.TryCopyTo(rest);
        return "ver:3."u8.StartsWith(rest);
    }

    private async ValueTask<bool> ReadPayloadAsync(PayloadCounter payload, CancellationToken cancellationToken)
    {
        while (!payload.IsComplete)
        {
            ReadResult result;
            if (payload.IsCompleteInOctets)
            {
                // supervisor 3.x counts octets, 4.x characters. Waiting for characters that never come would end all events.
                using var grace = new CancellationTokenSource(_options.OctetGrace, _options.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, cancellationToken);
                try
                {
                    result = await input.ReadAsync(either.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return true;
                }
            }
            else
            {
                result = await input.ReadAsync(cancellationToken);
            }

            var consumed = payload.Take(result.Buffer);
            input.AdvanceTo(consumed);
            if (result.IsCompleted && !payload.IsComplete && result.Buffer.Slice(consumed).IsEmpty)
                return payload.IsCompleteInOctets;
        }

        return true;
    }
}
