using System.Text;
using Multivisor.Agent.Logs;

namespace Multivisor.Agent.Tests.Logs;

/// <summary>A folder with a log in it, written and rotated as supervisord does it.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mv-log-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "x.log");

    public LogFamily Family => new(Path);

    public LogFolder Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public LogFolder Write(ReadOnlySpan<byte> octets)
    {
        using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(octets);
        return this;
    }

    /// <summary>The last name goes, the others move on, the first is made anew.</summary>
    public LogFolder Rotate(int backups = 10)
    {
        File.Delete($"{Path}.{backups}");
        for (var i = backups - 1; i > 0; i--)
        {
            if (File.Exists($"{Path}.{i}"))
                File.Move($"{Path}.{i}", $"{Path}.{i + 1}");
        }

        File.Move(Path, $"{Path}.1");
        File.WriteAllText(Path, "");
        return this;
    }

    public LogFolder Clear()
    {
        File.Delete(Path);
        File.WriteAllText(Path, "");
        return this;
    }

    public LogFolder Truncate(string text = "")
    {
        using var file = new FileStream(Path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A cursor and what it has told, one text for all.</summary>
internal sealed class LogReader : IDisposable
{
    private readonly LogCursor _cursor;

    public LogReader(LogFolder folder, LogStart start = default, long maxLag = 1 << 30)
    {
        _cursor = new LogCursor(folder.Family, maxLag);
        Told(_cursor.Begin(start));
    }

    public List<byte> Octets { get; } = [];

    /// <summary>For example <c>Rotated@0 lost 0</c>.</summary>
    public List<string> Changes { get; } = [];

    public LogStep.File LastFile { get; private set; } = null!;

    public string Text => Encoding.UTF8.GetString([.. Octets]);

    /// <summary>Reads until nothing is new.</summary>
    public LogReader Drain()
    {
        for (var step = _cursor.Next(); step is not LogStep.Nothing; step = _cursor.Next())
            Told(step);
        return this;
    }

    public void Step() => Told(_cursor.Next());

    public void Dispose() => _cursor.Dispose();

    private void Told(LogStep step)
    {
        switch (step)
        {
            case LogStep.Data data:
                Octets.AddRange(data.Octets);
                break;
            case LogStep.File file:
                LastFile = file;
                Changes.Add($"{file.Reason}@{file.Offset} lost {(file.Lost is { } lost ? lost : "?")}");
                break;
        }
    }
}
