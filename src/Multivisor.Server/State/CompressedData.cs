using System.IO.Compression;
using System.IO.Pipelines;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.State;

/// <summary>
/// The whole state, compressed once for each of its versions, however many ask for it. The last version is kept for each scope and coding,
/// while somebody asks for it and no longer.
/// </summary>
/// <remarks>
/// One is compressed at a time in the whole program: with a thousand supervisors it is a quarter of a second of one core. Whoever asks while
/// one is being made gets it only if nothing has changed since, else the next, which all who wait share. Thread-safe.
/// </remarks>
internal sealed class CompressedData(DataDocument document, TimeProvider time) : IDisposable
{
    private const int MostKept = 8;
    private const int PartLength = 256 * 1024;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<(ScopedModel Model, string Coding), Slot> _slots = [];
    private ITimer? _timer;
    private long _made;

    /// <summary>How often something was compressed.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>Versions that are kept now.</summary>
    public int Kept
    {
        get
        {
            lock (_gate)
                return _slots.Count;
        }
    }

    public Task<CompressedBody> GetAsync(ScopedModel model, string coding, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var slot = SlotOf(model, coding);
            slot.AskedAt = time.GetTimestamp();
            if (slot.Latest is { } latest && latest.Mark == document.MarkOf(model))
                return Task.FromResult(latest);
            slot.Next ??= MakeAsync(slot, model, coding);
            return slot.Next.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _slots.Clear();
        }

        _turn.Dispose();
    }

    private Slot SlotOf(ScopedModel model, string coding)
    {
        if (_slots.TryGetValue((model, coding), out var slot))
            return slot;
        if (_slots.Count >= MostKept)
            _slots.Remove(_slots.MinBy(s => s.Value.AskedAt).Key);
        _slots[(model, coding)] = slot = new Slot();
        if (_slots.Count == 1)
        {
            _timer ??= time.CreateTimer(_ => Forget(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(KeptFor, Timeout.InfiniteTimeSpan);
        }

        return slot;
    }

    private async Task<CompressedBody> MakeAsync(Slot slot, ScopedModel model, string coding)
    {
        // Away from the request that happened to ask first, and from the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _turn.WaitAsync();
        try
        {
            lock (_gate)
            {
                // Whoever comes from now on may have to see what happens from now on.
                slot.Next = null;
                // Made for those before us, and nothing has happened since.
                if (slot.Latest is { } latest && latest.Mark == document.MarkOf(model))
                    return latest;
            }

            Interlocked.Increment(ref _made);
            var made = await CompressAsync(document.Get(model), coding);
            lock (_gate)
                slot.Latest = made;
            return made;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static async Task<CompressedBody> CompressAsync(DataDocument.DataVersion data, string coding)
    {
        using var blocks = new BlockStream();
        await using (Stream stream = coding == ContentCoding.Brotli
            ? new BrotliStream(blocks, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(blocks, CompressionLevel.Fastest, leaveOpen: true))
        {
            var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true));
            var writing = data.Begin(output);
            while (writing.WritePart(PartLength))
                await output.FlushAsync();
            await output.CompleteAsync();
        }

        return new CompressedBody(data.Mark, blocks.Take());
    }

    private void Forget()
    {
        lock (_gate)
        {
            var old = _slots.Where(s => s.Value.Next is null && time.GetElapsedTime(s.Value.AskedAt) >= KeptFor).Select(s => s.Key).ToArray();
            foreach (var key in old)
                _slots.Remove(key);
            if (_slots.Count > 0)
                _timer?.Change(KeptFor, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Slot
    {
        public CompressedBody? Latest { get; set; }

        /// <summary>Will be begun after now; null when nobody waits.</summary>
        public Task<CompressedBody>? Next { get; set; }

        public long AskedAt { get; set; }
    }
}
