using System.Globalization;
using System.Text;

namespace Multivisor.Supervisord.Http;

/// <summary>The head of one HTTP response, as far as a client of supervisord needs it.</summary>
/// <param name="ContentLength">Null when the response does not say.</param>
internal readonly record struct HttpHead(int Status, string Reason, long? ContentLength, bool Chunked, bool Close)
{
    /// <param name="octets">From the status line up to, not including, the empty line.</param>
    /// <exception cref="FormatException">Not an HTTP response head.</exception>
    public static HttpHead Parse(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.Latin1.GetString(octets);
        var lines = text.Split('\n', StringSplitOptions.TrimEntries);
        var status = lines[0].Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal)
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 100 or > 999)
        {
            throw new FormatException("not an HTTP/1 response");
        }

        var head = new HttpHead(code, status.Length > 2 ? status[2] : "", null, false, status[0] == "HTTP/1.0");
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
                head = head.With(line[..colon].TrimEnd(), line[(colon + 1)..].TrimStart());
        }

        return head;
    }

    private HttpHead With(string name, string value)
    {
        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? this with { ContentLength = length }
                : throw new FormatException("Content-Length is not a number");
        }

        if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            return this with { Chunked = value.Contains("chunked", StringComparison.OrdinalIgnoreCase) };
        if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            return this with { Close = value.Contains("close", StringComparison.OrdinalIgnoreCase) };
        return this;
    }
}
