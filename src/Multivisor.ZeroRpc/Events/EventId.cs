namespace Multivisor.ZeroRpc.Events;

/// <summary>
/// A message or channel id, kept as the msgpack token the peer sent, because it must be echoed with the same type
/// (zerorpc.md section 3, "channel-id type rule").
/// </summary>
/// <remarks>
/// Two ids are equal when their content is: peers before msgpack's bin type answer our bin ids as raw (str) tokens.
/// </remarks>
internal readonly struct EventId : IEquatable<EventId>
{
    /// <summary>Longest token kept, in octets; every known peer uses 36 or fewer, and each answer repeats it.</summary>
    public const int MaxLength = 256;

    private readonly byte[] _token;
    private readonly int _contentOffset;

    /// <param name="token">The whole token; not copied.</param>
    /// <param name="contentOffset">Where the text or octets begin behind the msgpack type; 0 for an integer.</param>
    public EventId(byte[] token, int contentOffset)
    {
        _token = token;
        _contentOffset = contentOffset;
    }

    public ReadOnlySpan<byte> Token => _token;

    private ReadOnlySpan<byte> Content => _token.AsSpan(_contentOffset);

    public bool Equals(EventId other) => _contentOffset == 0 == (other._contentOffset == 0) && Content.SequenceEqual(other.Content);

    public override bool Equals(object? obj) => obj is EventId other && Equals(other);

    public override int GetHashCode()
    {
        // Randomised per process, so a peer cannot choose colliding ids.
        var hash = default(HashCode);
        hash.AddBytes(Content);
        return hash.ToHashCode();
    }

    public override string ToString() => Convert.ToHexStringLower(Token);
}
