using System.IO.Pipelines;

namespace Multivisor.Server.State;

/// <summary>A version of the whole state as it is sent compressed. Immutable.</summary>
internal sealed class CompressedBody(DataMark mark, IReadOnlyList<ReadOnlyMemory<byte>> blocks)
{
    public DataMark Mark { get; } = mark;

    /// <summary>In octets.</summary>
    public long Length { get; } = blocks.Sum(block => (long)block.Length);

    public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        foreach (var block in blocks)
            await output.WriteAsync(block, cancellationToken);
    }
}
