namespace Multivisor.Fleet.Model;

/// <summary>
/// A slot, a field of the object, for the bytes that a reader makes of an immutable object, so that they are made once for all readers.
/// Two readers at the same moment may both make them; the result is the same and one is kept.
/// </summary>
public struct SerializedForm
{
    private byte[]? _bytes;

    public ReadOnlyMemory<byte> GetOrMake<TSource>(TSource source, Func<TSource, byte[]> make) =>
        Volatile.Read(ref _bytes) ?? Keep(make(source));

    /// <summary>The bytes are not kept for who may come later; he makes them again.</summary>
    public void Forget() => Volatile.Write(ref _bytes, null);

    private byte[] Keep(byte[] made) => Interlocked.CompareExchange(ref _bytes, made, null) ?? made;
}
