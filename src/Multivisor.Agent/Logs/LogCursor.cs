using Multivisor.Supervisord.Logs;

namespace Multivisor.Agent.Logs;

/// <summary>
/// Reads a log as it grows, each octet once and in order, through rotation, clearing, truncation, deletion and what comes after. Only by
/// looking at the files: it works on file systems that notify nobody. Not thread-safe; its calls block on the file system.
/// </summary>
internal sealed class LogCursor : IDisposable
{
    /// <summary>Octets of one step at most.</summary>
    public const int StepLength = 64 * 1024;

    private readonly long _maxLag;
    private readonly LogTrail _trail = new();
    private readonly byte[] _look = new byte[LogCheck.Length];
    private LogFamily _family;
    private LogFile? _file;
    private long _position;

    /// <summary>What had the name <c>.1</c> while our file was the newest; tells a clearing from rotations.</summary>
    private FileIdentity? _older;

    private bool _wasNewest;

    /// <summary>Another file has the first name: ours is complete once its end is read.</summary>
    private bool _isSuperseded;

    private LogChange _nextReason = LogChange.Begun;

    /// <param name="maxLag">Octets that may wait to be read; beyond that, some are skipped and counted.</param>
    public LogCursor(LogFamily family, long maxLag)
    {
        _family = family;
        _maxLag = maxLag;
    }

    public bool HasFile => _file is not null;

    public string Path => _family.Path;

    /// <summary>Where reading begins; to be called once, before <see cref="Next"/>.</summary>
    public LogStep.File Begin(LogStart start)
    {
        if (LogBeginning.Find(_family, start) is not { } found)
            return new LogStep.File(LogChange.Begun, null, 0, [], start.File is null ? 0 : null);
        Enter(found.File, found.Offset);
        var step = Described(found.Reason, found.Lost);
        // Who was away for long, or asks for more than fits, gets the end and the number of what is left out.
        return SkipIfFarBehind() is { } skipped ? skipped with { Lost = step.Lost + skipped.Lost } : step;
    }

    /// <summary>supervisord names another file from now on; the old one is left.</summary>
    public void Move(string path)
    {
        _family = new LogFamily(path);
        Leave(LogChange.Rotated);
    }

    public LogStep Next()
    {
        while (true)
        {
            if (_file is null)
                return (LogStep?)Enter() ?? LogStep.Nothing.Instance;
            var size = _file.Stat.Size;
            if (size < _position)
                return Restart();
            if (size > _position)
                return Read(size);
            if (_family.IdentityAt(0) == _file.Identity)
            {
                _isSuperseded = false;
                return LogStep.Nothing.Instance;
            }

            // Something may have been written between the look at the size and the renaming: only the next end is the end.
            if (_isSuperseded)
                return Follow();
            _isSuperseded = true;
        }
    }

    public void Dispose() => _file?.Dispose();

    private LogStep Read(long size)
    {
        if (size - _position > _maxLag && SkipIfFarBehind() is { } skipped)
            return skipped;
        if (_file!.Read(_look.AsSpan(0, _trail.Length), _position - _trail.Length) < _trail.Length
            || !_look.AsSpan(0, _trail.Length).SequenceEqual(_trail.Octets))
        {
            return Restart();
        }

        var octets = new byte[Math.Min(StepLength, size - _position)];
        var length = _file.Read(octets, _position);
        if (length == 0)
            return LogStep.Nothing.Instance;
        if (length < octets.Length)
            octets = octets[..length];
        var step = new LogStep.Data(_position, octets);
        _trail.Add(octets);
        _position += length;
        return step;
    }

    /// <summary>Truncated in its place: what it holds now is new, and what it held at last nobody can tell.</summary>
    private LogStep.File Restart()
    {
        _position = 0;
        _trail.Clear();
        return Described(LogChange.Cleared, null);
    }

    /// <summary>Our file has another name, or none, and is read to its end.</summary>
    private LogStep Follow()
    {
        var identity = _file!.Identity;
        if (_family.OpenYounger(identity) is { } next)
            return Enter(next, LogChange.Rotated, 0);
        if (_family.IndexOf(identity) >= 0)
            return LogStep.Nothing.Instance; // the new file is not there yet
        if (_file.Stat.Links > 0)
            return Replace(_family.OpenNewest(), LogChange.Rotated, 0); // renamed by somebody else's rule
        if (_wasNewest && _family.IdentityAt(1) == _older)
            return Replace(_family.OpenNewest(), LogChange.Cleared, 0);
        // Rotated out of what is kept. All that there is was begun later; what came between, if anything, is lost.
        var files = _family.OpenBack(_ => false);
        foreach (var younger in files.SkipLast(1))
            younger.Dispose();
        return Replace(files.LastOrDefault(), LogChange.Rotated, null);
    }

    private LogStep Replace(LogFile? next, LogChange reason, long? lost)
    {
        if (next is not null)
            return Enter(next, reason, lost);
        // A deleted file must not take disk space because somebody looks at it.
        Leave(reason);
        return LogStep.Nothing.Instance;
    }

    private void Leave(LogChange reason)
    {
        _file?.Dispose();
        _file = null;
        _nextReason = reason;
    }

    private LogStep.File? Enter() => _family.OpenNewest() is { } file ? Enter(file, _nextReason, 0) : null;

    private LogStep.File Enter(LogFile file, LogChange reason, long? lost)
    {
        Enter(file, 0);
        return SkipIfFarBehind() is { } skipped ? skipped with { Lost = lost + skipped.Lost } : Described(reason, lost);
    }

    private void Enter(LogFile file, long offset)
    {
        if (_file != file)
            _file?.Dispose();
        _file = file;
        _position = offset;
        LogBeginning.ReadTrail(file, offset, _trail);
        _older = _family.IdentityAt(1);
        _wasNewest = _family.IdentityAt(0) == file.Identity;
        _isSuperseded = !_wasNewest;
    }

    private LogStep.File Described(LogChange reason, long? lost) => new(reason, _file!.Identity, _position, _trail.Octets.ToArray(), lost);

    /// <summary>Goes on in the middle of what may wait, if more than that waits.</summary>
    private LogStep.File? SkipIfFarBehind()
    {
        var files = _family.OpenBack(file => file.Identity == _file!.Identity);
        try
        {
            if (files.Count == 0 || files[^1].Identity != _file!.Identity)
                return null;
            var waiting = files.Sum(f => f.Stat.Size) - _position;
            if (waiting <= _maxLag)
                return null;
            var skip = waiting - (_maxLag / 2);
            var (target, offset, left) = (files.Count - 1, _position, skip);
            for (; target > 0 && left > files[target].Stat.Size - offset; target--, offset = 0)
                left -= files[target].Stat.Size - offset;
            var file = files[target];
            files.RemoveAt(target);
            Enter(file, offset + left);
            return Described(LogChange.Skipped, skip);
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }
}
