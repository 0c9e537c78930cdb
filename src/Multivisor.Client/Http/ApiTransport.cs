using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Multivisor.Contract;

namespace Multivisor.Client.Http;

/// <summary>Requests, and everything that can become of them as a <see cref="MultivisorException"/>.</summary>
internal sealed class ApiTransport : IDisposable
{
    public const string CookieName = "session";

    /// <summary>A refusal is a sentence; more than this of it is none of ours.</summary>
    private const int MaxRefusal = 1 << 20;

    private readonly MultivisorClientOptions _options;
    private readonly HttpClient _http;

    public ApiTransport(MultivisorClientOptions options)
    {
        _options = options;
        Session = options.Session;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            UseCookies = false,
        };
        if (options.TrustedRoots is { } roots)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, roots);
        _http = new HttpClient(handler) { BaseAddress = options.Url, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
    }

    /// <summary>The value of the session's cookie; null before a sign-in.</summary>
    public string? Session { get; private set; }

    public string Server => ServerUrl.Describe(_options.Url);

    /// <summary>Sends a request and reads a JSON answer within the limit.</summary>
    public async Task<T> ReadAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using (request)
        {
            return await LimitedAsync(
                async limited =>
                {
                    using var response = await SendAsync(request, limited);
                    await using var body = await response.Content.ReadAsStreamAsync(limited);
                    return await JsonSerializer.DeserializeAsync(body, type, limited) ?? throw NotOurs("an empty answer");
                },
                cancellationToken);
        }
    }

    /// <summary>Sends a request whose answer says nothing but yes.</summary>
    public async Task DoAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            await LimitedAsync(
                async limited =>
                {
                    using var response = await SendAsync(request, limited);
                    return true;
                },
                cancellationToken);
        }
    }

    /// <summary>Sends a request whose answer is a stream; the head must come within the limit.</summary>
    /// <exception cref="MultivisorException">Also what the server refused with.</exception>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        LimitedAsync(limited => SendAsync(request, limited), cancellationToken);

    /// <summary>The body of a stream. Reading it fails when it is silent for too long, and when one line of it never ends.</summary>
    public async Task<Stream> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new WatchedStream(await response.Content.ReadAsStreamAsync(cancellationToken), _options.SilenceLimit);

    /// <summary>What became of a request whose transport failed, for whoever reads a stream.</summary>
    public MultivisorException Explain(Exception error) => error switch
    {
        MultivisorException known => known,
        TimeoutException => new(MultivisorProblem.Unreachable, $"{Server}: nothing heard for {_options.SilenceLimit.TotalSeconds:0} s; the server or the way to it hangs", error),
        JsonException or InvalidDataException => NotOurs(error.Message, error),
        _ => new(MultivisorProblem.Unreachable, $"{Server}: {Reason(error)}", error),
    };

    public void Dispose() => _http.Dispose();

    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            return await work(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MultivisorException(MultivisorProblem.TimedOut, $"{Server}: no answer within {_options.Timeout.TotalSeconds:0.#} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
        {
            throw Explain(e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_options.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else if (Session is { } session)
            request.Headers.Add("Cookie", $"{CookieName}={session}");
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            KeepSession(response);
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(response, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The server renews a session in its answers, and ends it by an empty one.</summary>
    private void KeepSession(HttpResponseMessage response)
    {
        if (_options.Token is not null || !response.Headers.TryGetValues("Set-Cookie", out var cookies))
            return;
        foreach (var cookie in cookies)
        {
            var pair = cookie.Split(';', 2)[0].Split('=', 2);
            if (pair is [CookieName, var value])
                Session = value.Length > 0 ? value : null;
        }
    }

    private async Task<MultivisorException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (words, details) = await WordsAsync(response, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when _options.Token is not null =>
                new(MultivisorProblem.NotSignedIn, $"{Server}: the server does not know this token (multivisor create-token makes one)"),
            HttpStatusCode.Unauthorized => new(MultivisorProblem.NotSignedIn, $"{Server}: sign in first, or use a token"),
            HttpStatusCode.Forbidden => new(MultivisorProblem.NotAllowed, $"{Server}: {words ?? "that is not allowed"}"),
            HttpStatusCode.NotFound when words is null => NotOurs("not found"),
            HttpStatusCode.NotFound => new(MultivisorProblem.NotFound, words),
            >= HttpStatusCode.InternalServerError => new(MultivisorProblem.Unreachable, $"{Server}: {words ?? $"the server failed ({(int)response.StatusCode})"}"),
            >= HttpStatusCode.BadRequest => new(MultivisorProblem.Refused, words ?? $"{Server}: refused ({(int)response.StatusCode})") { Details = details },
            _ => NotOurs($"an answer {(int)response.StatusCode} that leads elsewhere"),
        };
    }

    /// <summary>What the server says of its refusal; null when that is not in its form.</summary>
    private static async Task<(string? Words, IReadOnlyList<string> Details)> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
            return (null, []);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxRefusal, cancellationToken);
            using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return (null, []);
            if (root.TryGetProperty("message", out _))
            {
                var message = root.Deserialize(ContractJson.Wire.MessageJson)!;
                return (message.Message, message.Errors ?? []);
            }

            return root.TryGetProperty("errors", out _)
                ? (string.Join("; ", root.Deserialize(ContractJson.Wire.SignInErrorsJson)!.Errors.Select(e => $"{e.Key}: {e.Value}")), [])
                : (null, []);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException)
        {
            return (null, []);
        }
    }

    private MultivisorException NotOurs(string what, Exception? cause = null) =>
        new(MultivisorProblem.Unreachable, $"{Server}: {what}; this does not look like a Multivisor server (wrong port or path?)", cause);

    private string Reason(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return "connection refused (is multivisor running there?)";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                    return $"there is no host called {_options.Url.Host}";
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                    return "no answer (wrong host, or a firewall between)";
                case SocketException socket:
                    return Lower(socket.Message);
                case AuthenticationException when _options.Url.Scheme == Uri.UriSchemeHttps:
                    return "the server's certificate is not trusted, or this is no HTTPS port (name its CA: --ca FILE)";
                case TimeoutException or OperationCanceledException:
                    return "no answer (wrong host, or a firewall between)";
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }:
                    return "what answers does not speak HTTP (wrong port?)";
                case HttpIOException or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "the connection was closed (does the server want https://?)";
            }
        }

        return Lower(error.Message);
    }

    private static string Lower(string text) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');

    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 server)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(server);
    }
}
