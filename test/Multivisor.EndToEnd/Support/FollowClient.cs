using System.Text;
using System.Text.Json;

namespace Multivisor.EndToEnd.Support;

/// <summary>A client that follows one log.</summary>
internal sealed class FollowClient(HttpResponseMessage response) : IDisposable
{
    private readonly Task<StreamReader> _reader = OpenAsync(response);

    /// <summary>Reads on until a text has come; returns all text since the last call.</summary>
    public async Task<string> WaitAsync(string wanted, TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        var text = new StringBuilder();
        var reader = await _reader;
        while (!text.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            var line = await reader.ReadLineAsync(end.Token) ?? throw new EndOfStreamException($"the log ended before '{wanted}'; so far: {text}");
            if (!line.StartsWith("data:", StringComparison.Ordinal))
                continue;
            using var document = JsonDocument.Parse(line[5..]);
            if (document.RootElement.TryGetProperty("text", out var part))
                text.Append(part.GetString());
        }

        return text.ToString();
    }

    public void Dispose() => response.Dispose();

    private static async Task<StreamReader> OpenAsync(HttpResponseMessage response) => new(await response.Content.ReadAsStreamAsync());
}
