using System.Globalization;
using Multivisor.Client.Http;
using Multivisor.Contract;

namespace Multivisor.Client;

/// <summary>
/// A server's interface. Any number of calls at a time, from any thread. Every call may throw a <see cref="MultivisorException"/>. Actions are
/// sent once, whatever becomes of the connection.
/// </summary>
public sealed partial class MultivisorClient : IDisposable
{
    private readonly ApiTransport _transport;

    public MultivisorClient(MultivisorClientOptions options)
    {
        Options = options;
        _transport = new ApiTransport(options);
    }

    public MultivisorClientOptions Options { get; }

    /// <summary>The address of the server as people write it.</summary>
    public string Server => _transport.Server;

    /// <summary>The whole state of the site, as far as the caller may see it.</summary>
    public async Task<SiteJson> GetSiteAsync(CancellationToken cancellationToken = default) => (await GetSiteAndEventIdAsync(cancellationToken)).Site;

    /// <summary>uids of the processes that match a filter (docs/filter.md), or of all.</summary>
    /// <param name="includeStale">Also the last known processes of supervisors that are not connected.</param>
    public Task<IReadOnlyList<string>> ListProcessesAsync(string filter = "", bool includeStale = false, CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(
            Routes.Get("api/process/list", ("filter", filter.Length > 0 ? filter : null), ("stale", includeStale ? "1" : null)),
            ContractJson.Wire.IReadOnlyListString, cancellationToken);

    /// <summary>One process, which its supervisor is asked about first.</summary>
    public Task<ProcessJson> GetProcessAsync(string uid, CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(Routes.Get($"api/process/info/{Routes.Part(uid)}"), ContractJson.Wire.ProcessJson, cancellationToken);

    /// <summary>The last states of one process since the server started, at most 50, oldest first.</summary>
    public Task<IReadOnlyList<HistoryEntryJson>> GetHistoryAsync(string uid, CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(Routes.Get($"api/process/history/{Routes.Part(uid)}"), ContractJson.Wire.IReadOnlyListHistoryEntryJson, cancellationToken);

    /// <summary>One supervisor, read again first if it is connected.</summary>
    public Task<SupervisorJson> GetSupervisorAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(Routes.Get($"api/supervisor/info/{Routes.Part(name)}"), ContractJson.Wire.SupervisorJson, cancellationToken);

    /// <summary>Makes the server read the state of every supervisor again.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _transport.DoAsync(Routes.Get("api/refresh"), cancellationToken);

    /// <summary>The server's configuration file, its secrets masked.</summary>
    public async Task<string> GetConfigurationAsync(CancellationToken cancellationToken = default) =>
        (await _transport.ReadAsync(Routes.Get("api/config/file"), ContractJson.Wire.ConfigFileJson, cancellationToken)).Content;

    /// <summary>Makes the server read its configuration file again.</summary>
    /// <exception cref="MultivisorException">Also when the file has mistakes; <see cref="MultivisorException.Details"/> has a line for each.</exception>
    public Task ReloadConfigurationAsync(CancellationToken cancellationToken = default) =>
        _transport.DoAsync(Routes.Post("api/admin/reload"), cancellationToken);

    public void Dispose() => _transport.Dispose();

    /// <summary>With the number of the last event whose effect is in the state.</summary>
    internal async Task<(SiteJson Site, string? EventId)> GetSiteAndEventIdAsync(CancellationToken cancellationToken)
    {
        using var request = Routes.Get("api/data");
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _transport.OpenAsync(request, cancellationToken);
        try
        {
            await using var body = await _transport.BodyAsync(response, cancellationToken);
            var site = await System.Text.Json.JsonSerializer.DeserializeAsync(body, ContractJson.Wire.SiteJson, cancellationToken);
            return (site!, response.Headers.TryGetValues("Multivisor-Event-Id", out var ids) ? ids.First() : null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw _transport.Explain(e);
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
