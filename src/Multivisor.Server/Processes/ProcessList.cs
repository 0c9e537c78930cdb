using Multivisor.Contract;
using Multivisor.Contract.Filter;
using Multivisor.Fleet.Model;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Processes;

/// <summary><c>/api/process/list</c>: uids, all or those that match a filter.</summary>
internal static class ProcessList
{
    /// <summary>Each process is compared with each word; a longer text would only keep the server busy.</summary>
    private const int MaxFilterLength = 1000;

    public static IResult Answer(HttpRequest request, FleetView fleet)
    {
        var text = request.Query["filter"].ToString();
        if (text.Length > MaxFilterLength)
        {
            return Answers.Message(
                StatusCodes.Status400BadRequest, $"the filter has {text.Length} characters; at most {MaxFilterLength} are taken");
        }

        var filter = ProcessFilter.Parse(text);
        var stale = request.Query["stale"] == "1";
        return Answers.Json(
            [.. fleet.Supervisors.SelectMany(supervisor => Matching(fleet.SnapshotOf(supervisor), filter, stale))], ContractJson.Wire.IReadOnlyListString);
    }

    private static IEnumerable<string> Matching(SupervisorSnapshot? snapshot, ProcessFilter filter, bool stale)
    {
        return snapshot is not null && (snapshot.IsRunning || stale)
            ? snapshot.Processes.All
                .Where(p => filter.IsEmpty || filter.Matches(new SnapshotSubject(p, snapshot)))
                .Select(p => p.Uid)
            : [];
    }
}
