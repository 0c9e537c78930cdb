namespace Multivisor.Supervisord.Logs;

/// <summary>The last octets that were read of a file, as many as <see cref="LogCheck"/> looks at. Not thread-safe.</summary>
public sealed class LogTrail
{
    private readonly byte[] _octets = new byte[LogCheck.Length];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Octets => _octets.AsSpan(0, Length);

    public long Check => LogCheck.Of(Octets);

    public void Clear() => Length = 0;

    /// <summary>These octets follow those seen so far.</summary>
    public void Add(ReadOnlySpan<byte> octets)
    {
        if (octets.Length >= _octets.Length)
        {
            octets[^_octets.Length..].CopyTo(_octets);
            Length = _octets.Length;
            return;
        }

        var kept = Math.Min(Length, _octets.Length - octets.Length);
        Octets[^kept..].CopyTo(_octets);
        octets.CopyTo(_octets.AsSpan(kept));
        Length = kept + octets.Length;
    }
}
