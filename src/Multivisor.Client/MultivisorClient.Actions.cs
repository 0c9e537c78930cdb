using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Multivisor.Client.Http;
using Multivisor.Contract;

namespace Multivisor.Client;

public sealed partial class MultivisorClient
{
    private const string Lines = "application/x-ndjson";

    /// <summary>What an action would touch; nothing is done.</summary>
    /// <exception cref="MultivisorException">Also when nothing that was named exists.</exception>
    public Task<PlanJson> PlanAsync(SiteAction action, CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(Routes.Post(action.Path, [.. action.Fields, ("dry_run", "1")]), ContractJson.Wire.PlanJson, cancellationToken);

    /// <summary>
    /// Carries out an action and tells of it as it goes. Whoever stops to listen does not stop the action. There is no limit: a stop takes as long as
    /// the program's <c>stopwaitsecs</c>.
    /// </summary>
    /// <exception cref="MultivisorException">
    /// Also when nothing that was named exists, and when the connection is lost on the way: then the end of the action is not known.
    /// </exception>
    public async IAsyncEnumerable<ActionStep> RunAsync(SiteAction action, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = Routes.Post(action.Path, [.. action.Fields]);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Lines));
        using var response = await _transport.OpenAsync(request, cancellationToken);
        using var reader = new StreamReader(await _transport.BodyAsync(response, cancellationToken));
        while (await ReadStepAsync(reader, cancellationToken) is { } step)
        {
            yield return step;
            if (step is ActionStep.Summary)
                yield break;
        }

        throw new MultivisorException(MultivisorProblem.Unreachable, $"{Server}: the connection was lost before the end; what became of the rest is not known (see status)");
    }

    /// <returns>Null at the end of the answer.</returns>
    private async Task<ActionStep?> ReadStepAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line.Length == 0)
                    continue;
                using var document = JsonDocument.Parse(line);
                var payload = document.RootElement.GetProperty("payload");
                ActionStep? step = document.RootElement.GetProperty("event").GetString() switch
                {
                    ActionLines.Plan => new ActionStep.Plan(payload.Deserialize(ContractJson.Wire.PlanJson)!),
                    ActionLines.Result => new ActionStep.Result(payload.Deserialize(ContractJson.Wire.ActionResultJson)!),
                    ActionLines.Summary => new ActionStep.Summary(payload.Deserialize(ContractJson.Wire.ActionSummaryJson)!),
                    _ => null,
                };
                // A newer server may tell more.
                if (step is not null)
                    return step;
            }

            return null;
        }
        catch (Exception e) when (IsBroken(e, cancellationToken))
        {
            throw _transport.Explain(e);
        }
    }

    private static bool IsBroken(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException or TimeoutException
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);
}
