using System.Text.Json;
using Multivisor.Cli.Output;
using Multivisor.Client;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary><c>events</c>: what changes on the site, as it happens.</summary>
internal static class EventsCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <param name="follow">Goes on, behind the last event, when the server went away and comes back.</param>
    /// <param name="count">Ends after so many.</param>
    public static async Task<int> RunAsync(CliSession session, bool follow, int? count, CancellationToken cancellationToken)
    {
        string? lastId = null;
        var left = count ?? int.MaxValue;
        while (left > 0)
        {
            try
            {
                await foreach (var happened in session.Client.FollowEventsAsync(lastId, cancellationToken: cancellationToken))
                {
                    if (happened.Id.Length > 0)
                        lastId = happened.Id;
                    if (Show(session, happened) && --left == 0)
                        return ExitCode.Done;
                }

                if (!follow)
                    throw new MultivisorException(MultivisorProblem.Unreachable, $"{session.Client.Server}: the server closed the stream");
            }
            catch (MultivisorException e) when (follow && lastId is not null && e.Problem == MultivisorProblem.Unreachable)
            {
                session.Terminal.Note($"-- {e.Message}; trying again");
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return ExitCode.Done;
    }

    /// <returns>Whether it was one that somebody wants to see.</returns>
    private static bool Show(CliSession session, SiteEvent happened)
    {
        var terminal = session.Terminal;
        var isJson = session.Format is OutputFormat.Json or OutputFormat.Ndjson;
        switch (happened)
        {
            case SiteEvent.ProcessChanged { Process: var process } when isJson:
                terminal.LineNow(JsonSerializer.Serialize(new StreamEvent<ProcessJson>(process, StreamEvents.ProcessChanged), ContractJson.Wire.StreamEventProcessJson));
                return true;
            case SiteEvent.SupervisorChanged { Supervisor: var supervisor } when isJson:
                terminal.LineNow(JsonSerializer.Serialize(new StreamEvent<SupervisorJson>(supervisor, StreamEvents.SupervisorChanged), ContractJson.Wire.StreamEventSupervisorJson));
                return true;
            case SiteEvent.Notification { Value: var notification } when isJson:
                terminal.LineNow(JsonSerializer.Serialize(new StreamEvent<NotificationJson>(notification, StreamEvents.Notification), ContractJson.Wire.StreamEventNotificationJson));
                return true;
            case SiteEvent.ProcessChanged { Process: var process }:
                Line(session, Now(), process.StateName, Style.OfState(process.State), $"{process.Uid} {ProcessListing.Describe(process)}");
                return true;
            case SiteEvent.SupervisorChanged { Supervisor: var supervisor }:
                Line(session, Now(), supervisor.Running ? "UP" : "DOWN", supervisor.Running ? "" : Style.BoldRed, $"{supervisor.Name} {supervisor.Link?.Error}");
                return true;
            case SiteEvent.Resync resync:
                terminal.Note($"-- events are missing here: {resync.Value.Reason}");
                return false;
            default:
                return false;
        }
    }

    private static void Line(CliSession session, string time, string state, string style, string text)
    {
        var safe = session.Terminal.Safe(text).TrimEnd();
        session.Terminal.LineNow(session.Format == OutputFormat.Plain ? $"{time}\t{state}\t{safe}" : $"{time} {session.Terminal.Paint(style, state.PadRight(8))} {safe}");
    }

    private static string Now() => Times.Clock(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
}
