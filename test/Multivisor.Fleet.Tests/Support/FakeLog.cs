using System.Text;
using Multivisor.Fleet.Logs;

namespace Multivisor.Fleet.Tests.Support;

/// <summary>A log file with supervisord's own <c>tail*Log</c> (supervisor.md section 5.1), its refusals included.</summary>
internal sealed class FakeLog
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Lock _gate = new();
    private byte[] _octets = [];

    /// <summary>Runs after each answer, as if the process wrote on meanwhile.</summary>
    public Action? AfterTail { get; set; }

    /// <summary>As the XML of agents of the original does: each line end becomes a line feed.</summary>
    public bool SwallowsCarriageReturns { get; set; }

    public void Append(string text) => Append(Encoding.UTF8.GetBytes(text));

    public void Append(ReadOnlySpan<byte> octets)
    {
        lock (_gate)
            _octets = [.. _octets, .. octets];
    }

    public void Replace(string text)
    {
        lock (_gate)
            _octets = Encoding.UTF8.GetBytes(text);
    }

    public LogTailChunk Tail(long offset, long length)
    {
        byte[] slice;
        long size;
        bool overflow;
        lock (_gate)
        {
            size = _octets.Length;
            overflow = size > offset + length;
            if (overflow)
                offset = size - 1;
            if (offset + length > size)
            {
                if (offset > size - 1)
                    length = 0;
                offset = size - length;
            }

            offset = Math.Max(0, offset);
            length = Math.Clamp(length, 0, size - Math.Min(size, offset));
            slice = _octets.AsSpan((int)Math.Min(size, offset), (int)length).ToArray();
        }

        return new LogTailChunk(Decode(slice), size, overflow);
    }

    /// <summary>The slice, shorter at the end of the file (section 5.2).</summary>
    public string Read(long offset, int length)
    {
        byte[] slice;
        lock (_gate)
        {
            var begin = (int)Math.Min(_octets.Length, offset);
            slice = _octets.AsSpan(begin, Math.Min(length, _octets.Length - begin)).ToArray();
        }

        return Decode(slice);
    }

    private string Decode(byte[] slice)
    {
        try
        {
            var text = Strict.GetString(slice);
            AfterTail?.Invoke();
            return SwallowsCarriageReturns ? text.ReplaceLineEndings("\n") : text;
        }
        catch (DecoderFallbackException)
        {
            throw new LogUnreadableException("s1:9002: the agent answered ProtocolError: <ProtocolError for 127.0.0.1/RPC2: 500 Internal Server Error>");
        }
    }
}
