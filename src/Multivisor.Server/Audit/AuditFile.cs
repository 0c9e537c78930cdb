namespace Multivisor.Server.Audit;

/// <summary>The audit file, open for adding. One line for each entry, in one write.</summary>
internal sealed class AuditFile : IDisposable
{
    /// <summary>Where the last whole entry is looked for; entries are far shorter.</summary>
    private const int TailLength = 256 * 1024;

    private readonly FileStream _stream;

    /// <summary>What was written last ends within a line: the next entry begins a new one.</summary>
    private bool _isTorn;

    private AuditFile(string path, FileStream stream, AuditHead head, bool isTorn)
    {
        Path = path;
        _stream = stream;
        Head = head;
        _isTorn = isTorn;
    }

    public string Path { get; }

    public AuditHead Head { get; private set; }

    /// <param name="head">Where the chain stands when the file is a new one, because the old one was moved away.</param>
    public static AuditFile Open(string path, AuditHead? head = null)
    {
        var (last, isTorn) = ReadLast(path);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new AuditFile(path, new FileStream(path, options), last ?? head ?? AuditHead.Start, isTorn);
    }

    public void Append(AuditEntry entry, DateTimeOffset time)
    {
        var (line, head) = AuditChain.Add(Head, entry, time);
        // A disk that is full may take half a line.
        var bytes = _isTorn ? [(byte)'\n', .. line] : line;
        _isTorn = true;
        _stream.Write(bytes);
        _isTorn = false;
        Head = head;
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>The last whole entry; null when there is none.</summary>
    private static (AuditHead? Head, bool IsTorn) ReadLast(string path)
    {
        if (!File.Exists(path))
            return (null, false);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Max(0, file.Length - TailLength);
        var tail = new byte[(int)(file.Length - file.Position)];
        file.ReadExactly(tail);
        var isTorn = tail.Length > 0 && tail[^1] != '\n';
        for (var end = tail.AsSpan().LastIndexOf((byte)'\n'); end > 0;)
        {
            var start = tail.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
            if (AuditChain.Check(tail.AsSpan(start, end - start), null, out var head) is null)
                return (head, isTorn);
            end = start - 1;
        }

        return (null, isTorn);
    }
}
