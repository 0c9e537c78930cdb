using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Supervisors;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>The original's way to follow a log: <c>data: {"message", "size"}</c>, at least once a second.</summary>
internal static class TailEndpoint
{
    private const int FirstLength = 4096;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static Task ProcessAsync(string stream, string uid, HttpContext context, FleetView fleet, LogStreaming streaming)
    {
        if (!fleet.TryFind(uid, out var supervisor, out var process))
            return Answers.UnknownProcess(uid).ExecuteAsync(context);
        var channel = stream == "out" ? LogChannel.Stdout : LogChannel.Stderr;
        return RunAsync(context, fleet, supervisor, new LogTarget(process.Info.Namespec, channel), streaming);
    }

    public static Task MainAsync(string name, HttpContext context, FleetView fleet, LogStreaming streaming) =>
        fleet.TryGetWhole(name, out var supervisor)
            ? RunAsync(context, fleet, supervisor, LogTarget.Main, streaming)
            : Answers.UnknownSupervisor(name).ExecuteAsync(context);

    private static async Task RunAsync(HttpContext context, FleetView fleet, Supervisor supervisor, LogTarget target, LogStreaming streaming)
    {
        LogViewer viewer;
        try
        {
            viewer = fleet.OpenLog(supervisor, target, LogStart.LastOctets(FirstLength));
        }
        catch (LinkException e)
        {
            await Answers.Message(StatusCodes.Status503ServiceUnavailable, e.Message).ExecuteAsync(context);
            return;
        }

        await using (viewer)
        {
            var text = new LogTextReader();
            await streaming.RunAsync(context, viewer, happened => Frame(text, happened), Period, () => Frame("", text.Position.Offset));
        }
    }

    private static byte[]? Frame(LogTextReader text, LogEvent happened) => happened switch
    {
        LogEvent.Data data => text.Read(data) is { } read ? Frame(read.Text, read.To) : null,
        LogEvent.Moved moved => Frame(text.Move(moved)?.Text ?? "", moved),
        _ => null,
    };

    /// <summary>This form knows no other way to say that something is missing than to say it in the text.</summary>
    private static byte[]? Frame(string rest, LogEvent.Moved moved)
    {
        var mark = moved.Lost is > 0 and var lost ? $"\n[{lost} bytes skipped]\n" : "";
        return rest.Length + mark.Length > 0 ? Frame(rest + mark, moved.Offset) : null;
    }

    private static byte[] Frame(string message, long size) =>
        [.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(new LogJson(message, size), ContractJson.Wire.LogJson), .. "\n\n"u8];
}
