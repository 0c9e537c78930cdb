namespace Multivisor.Server.Audit;

/// <summary>Reads an audit file from its beginning and tells the first entry that is not as it was written.</summary>
internal static class AuditCheck
{
    /// <summary>A line that is longer was written by nobody of us.</summary>
    private const int MaxLine = 4 * 1024 * 1024;

    public static AuditVerdict Run(Stream file)
    {
        using var lines = new LineReader(file, MaxLine);
        AuditHead? head = null;
        long first = 0;
        var line = 0;
        while (lines.TryRead(out var text))
        {
            line++;
            var problem = lines.IsWhole ? AuditChain.Check(text, head, out var next) : Torn(out next);
            if (problem is not null)
                return new AuditVerdict(first, head, line, problem);
            first = head is null ? next.Number : first;
            head = next;
        }

        return new AuditVerdict(first, head, 0, null);
    }

    private static string Torn(out AuditHead next)
    {
        next = AuditHead.Start;
        return "it is incomplete";
    }

    /// <summary>Lines of limited length; the buffer never grows beyond that.</summary>
    private sealed class LineReader(Stream file, int limit) : IDisposable
    {
        private readonly BufferedStream _buffered = new(file, 64 * 1024);
        private readonly MemoryStream _line = new();

        /// <summary>The line ended with a line feed within the limit.</summary>
        public bool IsWhole { get; private set; }

        public void Dispose()
        {
            _buffered.Dispose();
            _line.Dispose();
        }

        public bool TryRead(out ReadOnlySpan<byte> text)
        {
            _line.SetLength(0);
            int octet;
            while ((octet = _buffered.ReadByte()) >= 0 && octet != '\n' && _line.Length < limit)
                _line.WriteByte((byte)octet);
            IsWhole = octet == '\n';
            text = _line.GetBuffer().AsSpan(0, (int)_line.Length);
            return octet >= 0 || _line.Length > 0;
        }
    }
}

/// <param name="FirstNumber">Of the first entry; more than 1 when the file continues another one.</param>
/// <param name="Last">The last good entry.</param>
/// <param name="BrokenLine">0 when there is none.</param>
internal sealed record AuditVerdict(long FirstNumber, AuditHead? Last, int BrokenLine, string? Problem);
