namespace Multivisor.Contract;

/// <summary>Names of the events of <c>/api/stream</c>: the member <c>event</c> beside <c>payload</c>.</summary>
public static class StreamEvents
{
    /// <summary>
    /// Payload: <see cref="HelloJson"/>. Sent first, once, to those who ask with <c>?hello=1</c>: clients of the original take
    /// the first event for a change. It has no id.
    /// </summary>
    public const string Hello = "hello";

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

/// <param name="Page">
/// The build of the page that the server serves, as in the document's <c>&lt;meta name="multivisor-page"&gt;</c>: a page with
/// another one is out of date. Null when the server was built without the page.
/// </param>
/// <param name="Time">The server's clock, Unix seconds.</param>
/// <param name="Version">The version of the server.</param>
public sealed record HelloJson(string? Page, double Time, string Version);

/// <summary>One event of a followed log: what is new, and the size of the file in octets.</summary>
public sealed record LogJson(string Message, long Size);
