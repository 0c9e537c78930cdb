using System.Buffers;

namespace Multivisor.Server.State;

/// <summary>
/// Writes many small pieces as what they are, copies: the output is asked for room once for each of its blocks and not once for each piece.
/// <see cref="Commit"/> ends it; until then nobody else may write.
/// </summary>
internal ref struct BlockWriter(IBufferWriter<byte> output)
{
    private Span<byte> _block;
    private int _used;

    /// <summary>In octets.</summary>
    public long Written { get; private set; }

    public void Write(scoped ReadOnlySpan<byte> piece)
    {
        Written += piece.Length;
        while (!piece.TryCopyTo(_block[_used..]))
        {
            var fits = _block.Length - _used;
            piece[..fits].CopyTo(_block[_used..]);
            piece = piece[fits..];
            _used = _block.Length;
            Commit();
            _block = output.GetSpan();
        }

        _used += piece.Length;
    }

    public void Commit()
    {
        if (_used > 0)
            output.Advance(_used);
        _block = default;
        _used = 0;
    }
}
