using Multivisor.Contract;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Http;

namespace Multivisor.Server.Admin;

/// <summary>The configuration: read again, and shown without its secrets.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        // GET for the sake of the original's clients; POST is what a change should be.
        routes.MapMethods("/api/admin/reload", [HttpMethods.Get, HttpMethods.Post], ReloadAsync)
            .WithTags("Admin")
            .WithSummary("Reads the configuration file again. Unchanged supervisors keep their connection.")
            .Produces<string>(StatusCodes.Status200OK, "text/html")
            .Produces<MessageJson>(StatusCodes.Status409Conflict);
        routes.MapMethods("/api/config/file", Verbs.Read, ShowAsync)
            .WithTags("Admin")
            .WithSummary("The configuration file, its secrets masked.")
            .Produces<ConfigFileJson>();
    }

    private static async Task<IResult> ReloadAsync(ConfigReload reload)
    {
        var problems = await reload.RunAsync();
        return problems.Count == 0
            ? Answers.Ok
            : Answers.Message(StatusCodes.Status409Conflict, "the configuration has errors; the one in force stays", problems);
    }

    private static async Task<IResult> ShowAsync(ConfigStore store, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(store.Path, cancellationToken);
            return Answers.Json(new ConfigFileJson(ConfigMask.Apply(text)), ContractJson.Wire.ConfigFileJson);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Answers.NotFound($"the configuration file cannot be read: {e.Message}");
        }
    }
}
