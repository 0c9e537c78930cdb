using System.Diagnostics;
using System.Text;
using Multivisor.Testing;

namespace Multivisor.Cli.Tests.Support;

/// <summary>The program in a terminal: keys go in, and what the screen shows can be awaited.</summary>
internal sealed class PtySession : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly VirtualScreen _screen;
    private readonly StringBuilder _raw = new();
    private readonly Task _reading;

    public PtySession(Process process, int columns)
    {
        _process = process;
        _screen = new VirtualScreen(columns);
        _reading = Task.Run(ReadAsync);
    }

    public string Raw => Under(() => _raw.ToString());

    public IReadOnlyList<string> Rows => Under(() => _screen.Rows);

    public (int Row, int Column) Cursor => Under(() => _screen.Cursor);

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    public Task ResizeAsync(int columns, int rows)
    {
        Under(() => _screen.Columns = columns);
        return TypeAsync($"\0{columns} {rows}\n");
    }

    /// <summary>Until what the screen shows is right.</summary>
    public async Task ShowsAsync(Func<IReadOnlyList<string>, bool> isRight, string what)
    {
        try
        {
            // What has ended shows nothing new.
            await Eventually.IsTrueAsync(() => isRight(Rows) || _reading.IsCompleted, Limit);
            Assert.True(isRight(Rows), $"{what} is not there at the end:\n{string.Join('\n', Rows)}");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{what} is not there:\n{string.Join('\n', Rows)}");
        }
    }

    public Task ShowsAsync(string text) => ShowsAsync(rows => rows.Any(r => r.Contains(text, StringComparison.Ordinal)), $"'{text}'");

    /// <summary>Until the line that is edited is this one.</summary>
    public Task PromptShowsAsync(string line) => ShowsAsync(rows => rows.LastOrDefault(r => r.StartsWith("multivisor>", StringComparison.Ordinal)) == $"multivisor> {line}".TrimEnd(), $"the line '{line}'");

    /// <summary>Until the program asks for the next command: the toolbar is the last row and the line above it is empty.</summary>
    public Task ReadyAsync() => ShowsAsync(rows => rows.Count >= 2 && rows[^2] == "multivisor>" && rows[^1].Contains("| Supervisors:", StringComparison.Ordinal), "an empty prompt");

    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        for (int count; (count = await _process.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            var text = new string(buffer, 0, count);
            // A sequence may be cut: the rest of it is awaited.
            while (Unfinished(text) && await _process.StandardOutput.ReadAsync(buffer.AsMemory(0, 1)) > 0)
                text += buffer[0];
            Under(() =>
            {
                _raw.Append(text);
                _screen.Write(text);
                return true;
            });
        }
    }

    private static bool Unfinished(string text)
    {
        var escape = text.LastIndexOf('\e');
        if (char.IsHighSurrogate(text[^1]))
            return true;
        return escape >= 0 && (escape == text.Length - 1 || (text[escape + 1] == '[' && !text[(escape + 2)..].Any(c => c is >= '@' and <= '~')));
    }

    private T Under<T>(Func<T> work)
    {
        lock (_raw)
            return work();
    }
}
