using Multivisor.Fleet.Logs;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>Clearing logs, which supervisord does for both logs of a process together.</summary>
internal static class ClearEndpoints
{
    public static async Task<IResult> AllAsync(HttpRequest request, FleetView fleet)
    {
        var uid = await Form.ReadFieldAsync(request, "uid");
        return uid.IsRefused ? uid.Refusal : await ActionAnswer.ForAsync(request, fleet.Operations.PlanToClearLogs(uid.Value), "process");
    }

    /// <summary>One log, when the process keeps no other: nobody who clears one is to lose two.</summary>
    public static async Task<IResult> OneAsync(string stream, string uid, HttpRequest request, FleetView fleet)
    {
        var log = LogLookup.Process(fleet, stream, uid);
        if (log.Refusal is not null)
            return log.Refusal;
        fleet.TryFind(uid, out _, out var process);
        var other = log.Target.Channel == LogChannel.Stdout ? process!.Info.StderrLogFile : process!.Info.StdoutLogFile;
        if (other.Length > 0)
        {
            return Answers.Message(
                StatusCodes.Status409Conflict,
                $"supervisord clears stdout and stderr of {uid} together; to clear both, send uid={uid} to /api/process/log/clear");
        }

        return await ActionAnswer.ForAsync(request, fleet.Operations.PlanToClearLogs(uid), "process");
    }
}
