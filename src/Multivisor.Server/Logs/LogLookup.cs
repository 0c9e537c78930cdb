using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Supervisors;
using Multivisor.Server.Access;
using Multivisor.Server.Http;
using Multivisor.Supervisord;

namespace Multivisor.Server.Logs;

/// <summary>Finds the log that a request means, or the answer that refuses it.</summary>
internal sealed record LogLookup(Supervisor? Supervisor, LogTarget Target, string Name, IResult? Refusal)
{
    public static LogLookup Process(FleetView fleet, string stream, string uid)
    {
        if (Channel(stream) is not { } channel)
            return Refuse(Answers.Message(StatusCodes.Status400BadRequest, $"there is no stream '{stream}': out or err"));
        if (!fleet.TryFind(uid, out var supervisor, out var process))
            return Refuse(Answers.UnknownProcess(uid));
        var file = channel == LogChannel.Stdout ? process.Info.StdoutLogFile : process.Info.StderrLogFile;
        return file.Length == 0
            ? Refuse(Answers.NotFound(NoLog(stream, uid)))
            : new LogLookup(supervisor, new LogTarget(process.Info.Namespec, channel), $"{process.Info.Name}.{(channel == LogChannel.Stdout ? "out" : "err")}.log", null);
    }

    public static LogLookup Supervisord(FleetView fleet, string name) => fleet.TryGetWhole(name, out var supervisor)
        ? new LogLookup(supervisor, LogTarget.Main, $"{name}.supervisord.log", null)
        : Refuse(Answers.UnknownSupervisor(name));

    public static LogChannel? Channel(string stream) => stream switch
    {
        "out" or "stdout" => LogChannel.Stdout,
        "err" or "stderr" => LogChannel.Stderr,
        _ => null,
    };

    /// <summary>The answer to what went wrong with a log; null when that is none of its faults.</summary>
    public static IResult? Answer(Exception error) => error switch
    {
        LogAbsentException => Answers.NotFound(error.Message),
        LogRequestException => Answers.Message(StatusCodes.Status400BadRequest, error.Message),
        SupervisordFaultException { Fault: SupervisordFault.BadName } => Answers.NotFound($"supervisord no longer has this process ({error.Message})"),
        SupervisordFaultException => Answers.Message(StatusCodes.Status503ServiceUnavailable, $"supervisord refuses: {error.Message}"),
        LinkException or LogUnreadableException => Answers.Message(StatusCodes.Status503ServiceUnavailable, error.Message),
        _ => null,
    };

    private static string NoLog(string stream, string uid) =>
        $"supervisord keeps no log of std{(Channel(stream) == LogChannel.Stdout ? "out" : "err")} of {uid}: "
        + "its configuration says NONE, or redirect_stderr=true sends it to stdout";

    private static LogLookup Refuse(IResult refusal) => new(null, default, "", refusal);
}
