using System.Text.RegularExpressions;
using Multivisor.Supervisord.Logs;

namespace Multivisor.Fleet.Logs;

/// <summary>Searches a log here, for hosts that do not do it: what is searched comes over the wire, so it is less.</summary>
internal static class ExtractSearch
{
    /// <param name="limit">Octets that are searched at most: the last ones, unless the query says which.</param>
    /// <param name="why">Completes "ended after 16 MiB: ".</param>
    /// <exception cref="LogRequestException">The query is none.</exception>
    public static async Task<LogSearchResult> RunAsync(
        Func<LogRange, Task<LogExtract>> readAsync, LogSearchQuery query, long limit, string why, CancellationToken cancellationToken)
    {
        var lines = LineQuery.TryCreate(query.Text, query.IsRegex, query.MatchCase, out var problem) ?? throw new LogRequestException(problem);
        var extract = await readAsync(query.Range.From is null && query.Range.Length is null ? query.Range with { Length = limit } : query.Range);
        var search = new LineSearch(lines, query.Before, query.After, query.MaxMatches);
        var (at, incomplete) = (extract.From, "");
        await foreach (var octets in extract.Octets.WithCancellation(cancellationToken))
        {
            if (at - extract.From >= limit)
            {
                incomplete = $"ended after {(limit >> 20 > 1 ? $"{limit >> 20} MiB" : $"{limit >> 10} KiB")}: {why}";
                break;
            }

            try
            {
                search.Add(at, octets.Span);
                at += octets.Length;
            }
            catch (RegexMatchTimeoutException)
            {
                incomplete = "the regular expression takes too long; write it simpler";
                break;
            }
        }

        search.EndOfFile(at);
        return new LogSearchResult(
            [.. search.Found.Select(l => new LogLine(l.Offset, l.Octets, l.IsMatch))], search.Matches, extract.File, extract.From, at, extract.Oldest, extract.End,
            incomplete);
    }
}
