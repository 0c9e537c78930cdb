namespace Multivisor.Fleet.Model;

/// <summary>
/// A slot, a field of the object, for the bytes that a reader makes of an immutable object, so that they are made once for all readers.
/// Two readers at the same moment may both make them; the result is the same and one is kept.
/// </summary>
public struct SerializedForm
{
    /// <summary>In the place of bytes that are not kept.</summary>
    private static readonly byte[] Nothing = [];

    private byte[]? _bytes;

    public ReadOnlyMemory<byte> GetOrMake<TSource>(TSource source, Func<TSource, byte[]> make)
    {
        var bytes = Volatile.Read(ref _bytes);
        if (bytes is not null && bytes != Nothing)
            return bytes;
        var made = make(source);
        var kept = bytes ?? Interlocked.CompareExchange(ref _bytes, made, null);
        // Forgotten, maybe while they were made: then these are for this reader alone.
        return kept is null || kept == Nothing ? made : kept;
    }

    /// <summary>From here on no bytes are kept: each reader makes them for himself.</summary>
    public void Forget() => Volatile.Write(ref _bytes, Nothing);

    /// <summary>After <see cref="Forget"/>: bytes are kept again, for there will be several readers.</summary>
    public void Share() => Interlocked.CompareExchange(ref _bytes, null, Nothing);
}
