namespace Multivisor.Contract;

/// <summary>Names of the events of <c>/api/stream</c>: the member <c>event</c> beside <c>payload</c>.</summary>
public static class StreamEvents
{
    /// <summary>Payload: <see cref="ProcessJson"/>.</summary>
    public const string ProcessChanged = "process_changed";

    /// <summary>Payload: <see cref="SupervisorJson"/>.</summary>
    public const string SupervisorChanged = "supervisor_changed";

    /// <summary>Payload: <see cref="NotificationJson"/>.</summary>
    public const string Notification = "notification";

    /// <summary>Payload: <see cref="ResyncJson"/>. Events are missing: read <c>/api/data</c> again.</summary>
    public const string Resync = "resync";
}

/// <summary>One event of <c>/api/stream</c>.</summary>
public sealed record StreamEvent<T>(T Payload, string Event);

/// <param name="Level"><c>INFO</c>, <c>WARNING</c> or <c>ERROR</c>.</param>
/// <param name="Time">Unix seconds.</param>
public sealed record NotificationJson(string Message, string Level, double Time);

public sealed record ResyncJson(string Reason);

/// <summary>One event of a followed log: what is new, and the size of the file in octets.</summary>
public sealed record LogJson(string Message, long Size);
