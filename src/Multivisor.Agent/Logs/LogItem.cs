using Multivisor.Supervisord.Logs;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Logs;

/// <summary>The items of the log methods on the wire.</summary>
internal static class LogItem
{
    public static RpcValue Of(LogStep step) => step switch
    {
        LogStep.Data data => RpcValue.Map(new("item", "data"), new("offset", data.Offset), new("data", RpcValue.Binary(data.Octets))),
        LogStep.File file => RpcValue.Map(
            new("item", "file"),
            new("reason", Name(file.Reason)),
            new("file", file.Identity?.ToString() ?? ""),
            new("offset", file.Offset),
            new("before", RpcValue.Binary(file.Before)),
            new("lost", file.Lost is { } lost ? lost : RpcValue.Nil)),
        _ => throw new InvalidOperationException($"No item for {step}."),
    };

    public static RpcValue End(string reason) => RpcValue.Map(new("item", "end"), new("reason", reason));

    public static RpcValue Of(LogRange range, string name) => RpcValue.Map(
        new("item", "range"),
        new("name", name),
        new("file", range.Anchor.ToString()),
        new("from", range.From),
        new("to", range.To),
        new("oldest", range.Oldest),
        new("end", range.End));

    public static RpcValue Of(FoundLine line) =>
        RpcValue.Map(new("item", "line"), new("offset", line.Offset), new("match", line.IsMatch), new("data", RpcValue.Binary(line.Octets)));

    public static RpcValue SearchEnd(LogRange range, long searched, long matches, string why) => RpcValue.Map(
        new("item", "end"),
        new("file", range.Anchor.ToString()),
        new("from", range.From),
        new("to", range.From + searched),
        new("oldest", range.Oldest),
        new("end", range.End),
        new("matches", matches),
        new("reason", why));

    private static string Name(LogChange reason) => reason switch
    {
        LogChange.Begun => "begun",
        LogChange.Resumed => "resumed",
        LogChange.Rotated => "rotated",
        LogChange.Cleared => "cleared",
        _ => "skipped",
    };
}
