using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Logs;

/// <summary>The arguments of the log methods. What is missing has a default; what is wrong is refused.</summary>
internal sealed record LogRequest
{
    private const long DefaultLag = 64 * 1024 * 1024;
    private const long LeastLag = 4 * LogCursor.StepLength;
    private const int MaxLines = 1_000_000;

    public required string Name { get; init; }

    public required string Channel { get; init; }

    /// <summary>By which its follower may be stopped; empty when it says none.</summary>
    public string Id { get; init; } = "";

    public LogStart Start { get; init; }

    public long MaxLag { get; init; }

    public long? From { get; init; }

    public long? To { get; init; }

    public long? Length { get; init; }

    public string Text { get; init; } = "";

    public bool IsRegex { get; init; }

    public bool MatchCase { get; init; }

    public int Before { get; init; }

    public int After { get; init; }

    public int MaxMatches { get; init; }

    /// <exception cref="RemoteException">They are not what the method takes.</exception>
    public static LogRequest Parse(string method, IReadOnlyList<RpcValue> arguments)
    {
        if (arguments.Count is < 2 or > 3 || !arguments[0].TryGetString(out var name) || !arguments[1].TryGetString(out var channel)
            || (arguments.Count == 3 && arguments[2].Kind is not (RpcKind.Map or RpcKind.Nil)))
        {
            throw new RemoteException("TypeError", $"{method}() takes the name of a process, stdout, stderr or main, and a map of options");
        }

        var options = arguments.Count == 3 ? arguments[2] : RpcValue.Nil;
        FileIdentity? file = null;
        if (TextOf(options, "file") is { Length: > 0 } token)
            file = FileIdentity.Parse(token) ?? throw new RemoteException("ValueError", $"{method}: '{token}' is no file that this agent told of");
        return new LogRequest
        {
            Name = name,
            Channel = channel,
            Id = TextOf(options, "id"),
            Start = new LogStart(
                file, Math.Max(0, Number(options, "offset") ?? 0), Number(options, "check"),
                Math.Max(0, Number(options, "bytes") ?? 0), (int)Math.Clamp(Number(options, "lines") ?? 0, 0, MaxLines)),
            MaxLag = Math.Max(LeastLag, Number(options, "max_lag") ?? DefaultLag),
            From = Number(options, "from"),
            To = Number(options, "to"),
            Length = Number(options, "length"),
            Text = TextOf(options, "text"),
            IsRegex = Flag(options, "regex"),
            MatchCase = Flag(options, "case"),
            Before = Small(options, "before"),
            After = Small(options, "after"),
            MaxMatches = Number(options, "max_matches") is { } most ? (int)Math.Clamp(most, 1, int.MaxValue) : 500,
        };
    }

    private static string TextOf(RpcValue options, string key) => options.TryGetMember(key, out var value) && value.TryGetString(out var text) ? text : "";

    private static long? Number(RpcValue options, string key) => options.TryGetMember(key, out var value) && value.TryGetInt64(out var number) ? number : null;

    private static bool Flag(RpcValue options, string key) => options.TryGetMember(key, out var value) && value.TryGetBoolean(out var flag) && flag;

    private static int Small(RpcValue options, string key) => (int)Math.Clamp(Number(options, key) ?? 0, 0, int.MaxValue);
}
