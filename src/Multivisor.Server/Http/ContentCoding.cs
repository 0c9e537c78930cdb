using Microsoft.Net.Http.Headers;

namespace Multivisor.Server.Http;

/// <summary>How the body of an answer may be compressed, as its client says (RFC 9110, 12.5.3).</summary>
internal static class ContentCoding
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    /// <summary>The first, that is the best, of those that the client takes; null when it takes none.</summary>
    /// <param name="codings">Best first.</param>
    public static string? Choose(HttpRequest request, params ReadOnlySpan<string> codings)
    {
        if (request.Headers.AcceptEncoding.Count == 0)
            return null;
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        foreach (var coding in codings)
        {
            if (Accepts(accepted, coding))
                return coding;
        }

        return null;
    }

    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string coding)
    {
        var named = accepted.FirstOrDefault(a => a.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(a => a.Value.Equals("*", StringComparison.Ordinal));
        return named is not null && named.Quality is not 0;
    }
}
