namespace Multivisor.Agent.Logs;

/// <summary>
/// A log and what supervisord has rotated it into: <c>x.log</c>, <c>x.log.1</c>, <c>x.log.2</c> and so on, the newest first.
/// </summary>
/// <remarks>
/// supervisord renames from the oldest to the newest, then makes a new file under the first name. So a name may be missing for a moment,
/// and a file found under one name may have another an instant later: what is opened counts only if the file beside it was still in its
/// place afterwards.
/// </remarks>
internal sealed class LogFamily(string path)
{
    private const int MaxIndex = 1000;
    private const int Attempts = 20;

    public string Path => path;

    public string Name(int index) => index == 0 ? path : $"{path}.{index}";

    public FileIdentity? IdentityAt(int index) => FileStat.Of(Name(index))?.Identity;

    /// <summary>Where a file is now; -1 when it has none of the names.</summary>
    public int IndexOf(FileIdentity identity)
    {
        for (int index = 0, missing = 0; index < MaxIndex && missing < 3; index++)
        {
            var found = IdentityAt(index);
            if (found == identity)
                return index;
            missing = found is null ? missing + 1 : 0;
        }

        return -1;
    }

    /// <summary>The newest file; null when there is none.</summary>
    public LogFile? OpenNewest() => LogFile.TryOpen(path);

    /// <summary>The file that was begun after this one; null when there is none, or not yet.</summary>
    public LogFile? OpenYounger(FileIdentity identity) => OpenBeside(identity, -1);

    /// <summary>The file that was ended before this one began; null when it is not kept.</summary>
    public LogFile? OpenOlder(FileIdentity identity) => OpenBeside(identity, 1);

    /// <summary>The newest and what came before it, newest first, until <paramref name="isEnough"/> of the last one opened.</summary>
    public List<LogFile> OpenBack(Func<LogFile, bool> isEnough)
    {
        var files = new List<LogFile>();
        try
        {
            for (var file = OpenNewest(); file is not null && files.Count < MaxIndex; file = OpenOlder(file.Identity))
            {
                files.Add(file);
                if (isEnough(file))
                    break;
            }

            return files;
        }
        catch
        {
            files.ForEach(f => f.Dispose());
            throw;
        }
    }

    private LogFile? OpenBeside(FileIdentity identity, int step)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var index = IndexOf(identity);
            if (index < 0 || index + step < 0)
                return null;
            var file = LogFile.TryOpen(Name(index + step));
            if (file is not null && file.Identity != identity && IdentityAt(index) == identity)
                return file;
            file?.Dispose();
            // Missing for good, unless a rotation is just under way: then the one behind it is there.
            if (file is null && IdentityAt(index) == identity && (step < 0 || IdentityAt(index + 2) is null))
                return null;
            Thread.Sleep(1);
        }

        return null;
    }
}
