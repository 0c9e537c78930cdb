using System.Diagnostics;

namespace Multivisor.Bench;

/// <summary>One client of the event stream, and how late each change of a process is with it.</summary>
internal sealed class ChangeReader : IDisposable
{
    private const string Mark = " changed ";
    private readonly HttpResponseMessage _response;
    private readonly List<double> _delays = [];
    private readonly Lock _gate = new();
    private bool _counting;

    private readonly string? _ignored;

    private ChangeReader(HttpResponseMessage response, string? ignored)
    {
        _response = response;
        _ignored = ignored is null ? null : $"\"supervisor\":\"{ignored}\"";
        _ = Task.Run(ReadAsync);
    }

    public int Resyncs { get; private set; }

    /// <param name="ignored">A supervisor whose changes do not count.</param>
    public static async Task<ChangeReader> StartAsync(HttpClient http, string? ignored = null) =>
        new(await http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead), ignored);

    public void Begin()
    {
        lock (_gate)
            _counting = true;
    }

    public double[] End()
    {
        lock (_gate)
        {
            _counting = false;
            return [.. _delays];
        }
    }

    public void Dispose() => _response.Dispose();

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await _response.Content.ReadAsStreamAsync());
            while (await lines.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("data:", StringComparison.Ordinal))
                    Take(line, Stopwatch.GetTimestamp());
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or HttpRequestException)
        {
            // Disposed.
        }
    }

    private void Take(string line, long now)
    {
        lock (_gate)
        {
            if (!_counting)
                return;
            // What matters is found without reading the rest: the client must not be what is measured.
            if (_ignored is not null && line.Contains(_ignored, StringComparison.Ordinal))
                return;
            if (line.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var mark && line.Contains("\"event\":\"process_changed\"", StringComparison.Ordinal))
            {
                var text = line.AsSpan(mark + Mark.Length);
                var sent = long.Parse(text[..text.IndexOf('"')]);
                _delays.Add((now - (sent * (Stopwatch.Frequency / 1_000_000))) * 1000.0 / Stopwatch.Frequency);
            }
            else if (line.Contains("\"event\":\"resync\"", StringComparison.Ordinal))
            {
                Resyncs++;
            }
        }
    }
}
