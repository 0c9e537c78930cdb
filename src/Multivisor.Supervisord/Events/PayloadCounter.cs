using System.Buffers;
using System.Text;

namespace Multivisor.Supervisord.Events;

/// <summary>Takes a payload of so many characters (Unicode code points) out of UTF-8 octets.</summary>
internal sealed class PayloadCounter
{
    private readonly ArrayBufferWriter<byte> _octets = new();
    private readonly long _announced;
    private readonly int _maxOctets;
    private long _charactersLeft;
    private long _octetsTaken;
    private int _continuationsLeft;

    public PayloadCounter(long announced, int maxOctets)
    {
        _announced = _charactersLeft = announced;
        _maxOctets = maxOctets;
    }

    public bool IsComplete => _charactersLeft == 0 && _continuationsLeft == 0;

    /// <summary>As many octets as characters were announced; only a payload that is not ASCII gets here before it is complete.</summary>
    public bool IsCompleteInOctets => _octetsTaken >= _announced && _continuationsLeft == 0;

    public bool WasCut { get; private set; }

    /// <returns>Up to where octets belong to the payload.</returns>
    public SequencePosition Take(ReadOnlySequence<byte> buffer)
    {
        long taken = 0;
        foreach (var segment in buffer)
        {
            var count = Count(segment.Span);
            Keep(segment.Span[..count]);
            taken += count;
            if (IsComplete)
                break;
        }

        return buffer.GetPosition(taken);
    }

    public string Text() => Encoding.UTF8.GetString(_octets.WrittenSpan);

    private int Count(ReadOnlySpan<byte> octets)
    {
        var i = 0;
        for (; i < octets.Length && !IsComplete; i++)
        {
            var octet = octets[i];
            if (_continuationsLeft > 0)
            {
                if ((octet & 0xC0) == 0x80)
                {
                    _continuationsLeft--;
                    continue;
                }

                // A sequence that breaks off counts as the one character it began; this octet begins the next.
                _continuationsLeft = 0;
                if (_charactersLeft == 0)
                    break;
            }

            _charactersLeft--;
            _continuationsLeft = octet switch
            {
                >= 0xF0 and < 0xF8 => 3,
                >= 0xE0 and < 0xF0 => 2,
                >= 0xC0 and < 0xE0 => 1,
                _ => 0,
            };
        }

        _octetsTaken += i;
        return i;
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        var room = Math.Min(octets.Length, _maxOctets - _octets.WrittenCount);
        WasCut |= room < octets.Length;
        if (room > 0)
            _octets.Write(octets[..room]);
    }
}
