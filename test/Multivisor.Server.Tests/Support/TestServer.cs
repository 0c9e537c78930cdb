using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Account;
using Multivisor.Server.Audit;
using Multivisor.Server.EventStream;
using Multivisor.Server.Page;
using Multivisor.Server.Startup;

namespace Multivisor.Server.Tests.Support;

/// <summary>The real server on a free port of this machine, with a configuration file of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>The value of MULTIVISOR_SECRET_KEY for all servers of this test run.</summary>
    public const string Secret = "CANARY-session-key";

    /// <summary>Reads only when an event asks for it: what a test sees comes from what it did.</summary>
    private static readonly FleetOptions Quiet = new()
    {
        ReadPeriod = TimeSpan.FromMinutes(10),
        ReadPeriodBehindOriginal = TimeSpan.FromMinutes(10),
        ReadDistance = TimeSpan.FromMilliseconds(20),
        ActionPollPeriod = TimeSpan.FromMilliseconds(100),
        AnswerLimit = TimeSpan.FromSeconds(3),
    };

    static TestServer() => Environment.SetEnvironmentVariable(SessionKey.VariableName, Secret);

    private TestServer(WebApplication app, TempFile config)
    {
        App = app;
        ConfigFile = config;
        Fleet = app.Services.GetRequiredService<SupervisorFleet>();
    }

    public WebApplication App { get; }

    public TempFile ConfigFile { get; }

    public SupervisorFleet Fleet { get; }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public HttpClient Client { get; } = new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
        // Who leaves a stream leaves at once, as a browser does.
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>Every route, by method and pattern.</summary>
    public IEnumerable<(string Method, string Pattern)> Routes =>
        from endpoint in ((IEndpointRouteBuilder)App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select (method, endpoint.RoutePattern.RawText!.TrimEnd('/'));

    /// <summary>A server whose supervisors have all been tried once.</summary>
    public static async Task<TestServer> StartAsync(string config, StreamOptions? streams = null, FleetOptions? fleet = null, PageFiles? page = null, Https? https = null, HttpLimits? limits = null)
    {
        var server = await StartEarlyAsync(config, streams, fleet, page, https, limits);
        await Task.WhenAll(server.Fleet.Supervisors.Select(s => s.FirstAttempt)).Soon();
        return server;
    }

    public static Task<TestServer> StartAsync(params ScriptedAgent[] agents) => StartAsync(Config(agents));

    /// <summary>A server that serves while its supervisors are still being reached.</summary>
    public static async Task<TestServer> StartEarlyAsync(string config, StreamOptions? streams = null, FleetOptions? fleet = null, PageFiles? page = null, Https? https = null, HttpLimits? limits = null)
    {
        var file = new TempFile("multivisor.conf", config);
        var read = MultivisorConfig.Load(file.Path);
        Assert.True(read.IsValid, string.Join('\n', read.Errors.Select(e => e.ToString())));
        Assert.True(SessionKey.TryRead(read.Config, out var key, out _));
        var app = ServerApp.Build(
            new ServerOptions(file.Path, null, LogLevel.Error, false),
            read.Config,
            new ListenAddress(new BindAddress("127.0.0.1", 0), false, null),
            key,
            fleet ?? Quiet,
            streams,
            page ?? PageFiles.None,
            https,
            limits);
        Assert.True(app.Services.GetRequiredService<AuditTrail>().TryUse(read.Config.Access.AuditLog, out var problem), problem);
        var server = new TestServer(app, file);
        await server.Fleet.ApplyAsync(read.Config);
        await app.StartAsync();
        server.Address = new Uri(app.Urls.Single());
        server.Client.BaseAddress = server.Address;
        return server;
    }

    /// <summary>A configuration with these supervisors.</summary>
    public static string Config(params ScriptedAgent[] agents) => Config("", agents);

    public static string Config(string global, params ScriptedAgent[] agents) =>
        $"[global]\nname=Lab\n{global}\n{string.Concat(agents.Select(a => $"[supervisor:{a.Name}]\nurl=localhost:{a.Port}\n"))}";

    public async Task<JsonElement> GetJsonAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path);

    public Task<HttpResponseMessage> PostAsync(string path, params (string Field, string Value)[] form) =>
        Client.PostAsync(path, Form(form));

    /// <summary>An action with its results: one per target.</summary>
    public async Task<ActionAnswerJson> ActAsync(string path, params (string Field, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Form(form) };
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await Client.SendAsync(request);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new ActionAnswerJson((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? cookie, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Signs in and gives the cookie to send back.</summary>
    public async Task<string> SignInAsync(string user, string password)
    {
        using var response = await PostAsync("/api/login", ("username", user), ("password", password));
        Assert.Equal(200, (int)response.StatusCode);
        return Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0];
    }

    /// <summary>A raw connection, for what a client library hides.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Address.Host, Address.Port);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        ConfigFile.Dispose();
    }

    private static FormUrlEncodedContent Form((string Field, string Value)[] form) =>
        new(form.Select(f => KeyValuePair.Create(f.Field, f.Value)));
}

/// <summary>The answer to an action in JSON.</summary>
internal sealed record ActionAnswerJson(int Status, JsonElement Body)
{
    public int Done => Body.GetProperty("done").GetInt32();

    public int Failed => Body.GetProperty("failed").GetInt32();

    public int Skipped => Body.GetProperty("skipped").GetInt32();

    public IReadOnlyDictionary<string, JsonElement> Results =>
        Body.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("target").GetString()!, StringComparer.Ordinal);

    public IReadOnlyList<string> Unknown => [.. Body.GetProperty("unknown").EnumerateArray().Select(u => u.GetString()!)];

    public string Outcome(string target) => Results[target].GetProperty("outcome").GetString()!;

    public string Message(string target) => Results[target].GetProperty("message").GetString()!;
}

/// <summary>A file in a folder of its own, gone with the test.</summary>
internal sealed class TempFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("multivisor-test-");

    public TempFile(string name, string text)
    {
        Path = System.IO.Path.Combine(_folder.FullName, name);
        Write(text);
    }

    public string Path { get; }

    public void Write(string text) => File.WriteAllText(Path, text);

    public void Dispose() => _folder.Delete(recursive: true);
}
