using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Multivisor.Contract;

namespace Multivisor.EndToEnd.Support;

/// <summary>The REST API as a client uses it.</summary>
internal sealed class Api(int port) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(100) };

    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return response.StatusCode;
    }

    public async Task<IReadOnlyDictionary<string, SupervisorJson>> SupervisorsAsync()
    {
        using var document = JsonDocument.Parse(await _http.GetStringAsync("/api/data"));
        return document.RootElement.GetProperty("supervisors").EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.Deserialize(ContractJson.Wire.SupervisorJson)!, StringComparer.Ordinal);
    }

    public async Task<SupervisorJson> SupervisorAsync(string name) => (await SupervisorsAsync())[name];

    public async Task<IReadOnlyList<HistoryEntryJson>> HistoryAsync(string uid) => JsonSerializer.Deserialize(
        await _http.GetStringAsync($"/api/process/history/{uid}"), ContractJson.Wire.IReadOnlyListHistoryEntryJson)!;

    /// <summary>Runs an action and returns the result of each target.</summary>
    /// <param name="more">Further fields.</param>
    public async Task<ActionJson> ActAsync(string action, string field, string value, params (string Name, string Value)[] more)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{action}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = new FormUrlEncodedContent([new(field, value), .. more.Select(m => new KeyValuePair<string, string>(m.Name, m.Value))]);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonSerializer.Deserialize(body, ContractJson.Wire.ActionJson)!;
    }

    /// <summary>Opens the event stream; returns when the server has answered.</summary>
    public async Task<StreamClient> StreamAsync()
    {
        var response = await _http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead);
        return new StreamClient(response.EnsureSuccessStatusCode());
    }

    /// <summary>Follows the standard output of a process from its beginning.</summary>
    public async Task<FollowClient> FollowAsync(string uid)
    {
        var response = await _http.GetAsync($"/api/process/log/out/follow/{uid}", HttpCompletionOption.ResponseHeadersRead);
        return new FollowClient(response.EnsureSuccessStatusCode());
    }

    public void Dispose() => _http.Dispose();
}
