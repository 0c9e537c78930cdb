using Microsoft.Extensions.Primitives;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Supervisors;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>Which logs a merged stream is of, and where each of them begins.</summary>
/// <param name="Patterns">Of uids, comma separated.</param>
/// <param name="Start">Of a log without a position of its own.</param>
/// <param name="Positions">By <c>uid|stream</c>.</param>
internal sealed record MergedRequest(
    string Patterns, IReadOnlyList<LogChannel> Channels, LogStart Start, IReadOnlyDictionary<string, LogStart> Positions)
{
    public const int MaxLogs = 200;

    private const int DefaultLines = 10;

    /// <summary>From the form of a POST, because the positions of many logs are too long for an address; else from the query.</summary>
    public static async Task<(MergedRequest? Wanted, IResult? Refusal)> ReadAsync(HttpRequest request)
    {
        var form = HttpMethods.IsPost(request.Method) ? await Form.ReadAsync(request) : null;
        return Parse(name => form is null ? request.Query[name] : form[name]);
    }

    /// <summary>What matches now and keeps such a log; those that keep none have nothing to show, the others do.</summary>
    /// <param name="unknown">The first name that is no process's; null when there is none.</param>
    public List<MergedLog> Select(FleetView fleet, out string? unknown)
    {
        var (processes, unknownNames) = fleet.Operations.Select(Patterns);
        unknown = unknownNames.Count > 0 ? unknownNames[0] : null;
        return
        [
            .. from found in processes
               from channel in Channels
               let file = channel == LogChannel.Stdout ? found.Process.Info.StdoutLogFile : found.Process.Info.StderrLogFile
               where file.Length > 0
               select new MergedLog(found.Supervisor, found.Process.Uid, new LogTarget(found.Process.Info.Namespec, channel)),
        ];
    }

    /// <summary>What refuses a request that finds nothing to follow, or too much; null when there is no reason to.</summary>
    public static IResult? Refuse(IReadOnlyList<MergedLog> logs, string? unknown) => (logs.Count, unknown) switch
    {
        (_, not null) => Answers.NotFound($"no process is called '{unknown}'"),
        (0, _) => Answers.NotFound("no process matches that keeps such a log"),
        ( > MaxLogs, _) => Answers.Message(StatusCodes.Status400BadRequest, $"{logs.Count} logs match; at most {MaxLogs} can be followed in one stream"),
        _ => null,
    };

    public LogStart StartOf(MergedLog log) => Positions.GetValueOrDefault(log.Key, Start);

    private static (MergedRequest? Wanted, IResult? Refusal) Parse(Func<string, StringValues> field)
    {
        var patterns = string.Join(',', field("uid").ToArray());
        if (patterns.AsSpan().Trim(" ,").IsEmpty)
            return Wrong("say which processes: uid=<uids or patterns, comma separated>");

        var text = field("stream").ToString();
        var streams = text.Length > 0 ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : ["out"];
        if (Array.Find(streams, s => LogLookup.Channel(s) is null) is { } wrong)
            return Wrong($"there is no stream '{wrong}': out, err, or out,err");
        if (!FollowEndpoint.TryReadStart("", name => field(name).ToString(), DefaultLines, out var start, out var problem))
            return Wrong(problem);

        var positions = new Dictionary<string, LogStart>(StringComparer.Ordinal);
        foreach (var one in field("position"))
        {
            var bar = one?.LastIndexOf('|') ?? -1;
            if (bar < 0 || !LogPosition.TryParse(one![(bar + 1)..], out var position))
                return Wrong($"position={one}: uid|stream|position, as the events have them");
            positions[one[..bar]] = LogStart.At(position);
        }

        return (new MergedRequest(patterns, [.. streams.Select(s => LogLookup.Channel(s)!.Value).Distinct()], start, positions), null);
    }

    private static (MergedRequest? Wanted, IResult? Refusal) Wrong(string problem) =>
        (null, Answers.Message(StatusCodes.Status400BadRequest, problem));
}

/// <summary>One log of a merged stream.</summary>
internal sealed record MergedLog(Supervisor Supervisor, string Uid, LogTarget Target)
{
    public string Stream => Target.Channel == LogChannel.Stdout ? "out" : "err";

    public string Key => $"{Uid}|{Stream}";
}
