using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Multivisor.Testing;

/// <summary>
/// A small OpenID provider on this machine: discovery, keys, the code flow with PKCE, tokens signed by RS256, userinfo. It signs in whoever comes,
/// without a question, and can be told to answer wrongly.
/// </summary>
public sealed class OpenIdProvider : IAsyncDisposable
{
    public const string ClientId = "multivisor";
    public const string ClientSecret = "CANARY-client-secret";

    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _otherKey = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Request> _codes = new(StringComparer.Ordinal);

    private OpenIdProvider(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        _app = builder.Build();
        Authority = $"http://127.0.0.1:{port}/realms/site";
        _app.MapGet("/realms/site/.well-known/openid-configuration", () => Results.Text(Discovery().ToJsonString(), "application/json"));
        _app.MapGet("/realms/site/keys", () => Results.Text(Keys().ToJsonString(), "application/json"));
        _app.MapGet("/realms/site/authorize", Authorize);
        _app.MapPost("/realms/site/token", TokenAsync);
        _app.MapGet("/realms/site/userinfo", () => Results.Text(UserInfo.ToJsonString(), "application/json"));
    }

    public string Authority { get; }

    /// <summary>What the next ID tokens say of the user.</summary>
    public JsonObject Claims { get; set; } = new() { ["sub"] = "0815", ["preferred_username"] = "alice", ["roles"] = new JsonArray("plc-operators") };

    public JsonObject UserInfo { get; set; } = new() { ["sub"] = "0815" };

    /// <summary>Changes an ID token before it is signed.</summary>
    public Action<JsonObject> Spoil { get; set; } = _ => { };

    /// <summary>Tokens are signed by a key that is not published.</summary>
    public bool UsesOtherKey { get; set; }

    /// <summary>Tokens have no signature.</summary>
    public bool SignsNothing { get; set; }

    /// <summary>What tokens say of their signature.</summary>
    public string Algorithm { get; set; } = "RS256";

    /// <summary>The error that the authorization endpoint answers with; null for none.</summary>
    public string? Error { get; set; }

    /// <summary>The addresses to which browsers were sent back.</summary>
    public ConcurrentQueue<string> Redirects { get; } = [];

    /// <summary>A configuration that signs in by this provider.</summary>
    public string Section => $"[oidc]\nauthority = {Authority}\nclient_id = {ClientId}\nclient_secret = {ClientSecret}\n";

    public static async Task<OpenIdProvider> StartAsync(int? port = null)
    {
        var provider = new OpenIdProvider(port ?? FreePort.Take());
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _otherKey.Dispose();
    }

    private JsonObject Discovery() => new()
    {
        ["issuer"] = Authority,
        ["authorization_endpoint"] = $"{Authority}/authorize",
        ["token_endpoint"] = $"{Authority}/token",
        ["userinfo_endpoint"] = $"{Authority}/userinfo",
        ["jwks_uri"] = $"{Authority}/keys",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    private JsonObject Keys()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["alg"] = "RS256",
                ["kid"] = "1",
                ["n"] = Base64Url.EncodeToString(key.Modulus),
                ["e"] = Base64Url.EncodeToString(key.Exponent),
            }),
        };
    }

    private IResult Authorize(HttpRequest request)
    {
        string Asked(string name) => request.Query[name].ToString();
        if (Asked("client_id") != ClientId || Asked("response_type") != "code" || Asked("code_challenge_method") != "S256" || !Asked("scope").Split(' ').Contains("openid"))
            return Results.BadRequest("this is no request of our client");
        Redirects.Enqueue(Asked("redirect_uri"));
        var state = Uri.EscapeDataString(Asked("state"));
        if (Error is not null)
            return Results.Redirect($"{Asked("redirect_uri")}?error={Error}&error_description=because&state={state}");
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _codes[code] = new Request(Asked("redirect_uri"), Asked("nonce"), Asked("code_challenge"));
        return Results.Redirect($"{Asked("redirect_uri")}?code={code}&state={state}");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var isClient = form["client_id"] == ClientId && form["client_secret"] == ClientSecret;
        if (!isClient)
            return Fault("invalid_client");
        var proof = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        // Each code is good for one try.
        if (!_codes.TryRemove(form["code"].ToString(), out var asked) || asked.RedirectUri != form["redirect_uri"] || asked.Challenge != proof)
            return Fault("invalid_grant");
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var token = (JsonObject)Claims.DeepClone();
        token["iss"] = Authority;
        token["aud"] = ClientId;
        token["iat"] = now;
        token["exp"] = now + 300;
        token["nonce"] = asked.Nonce;
        Spoil(token);
        return Results.Text(
            new JsonObject { ["token_type"] = "Bearer", ["access_token"] = "CANARY-access-token", ["expires_in"] = 300, ["id_token"] = Sign(token) }.ToJsonString(), "application/json");
    }

    private static IResult Fault(string error) => Results.Text(new JsonObject { ["error"] = error }.ToJsonString(), "application/json", statusCode: 400);

    private string Sign(JsonObject token)
    {
        var header = new JsonObject { ["alg"] = Algorithm, ["typ"] = "JWT", ["kid"] = "1" };
        var content = $"{Encode(header)}.{Encode(token)}";
        var signature = SignsNothing ? [] : (UsesOtherKey ? _otherKey : _key).SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private sealed record Request(string RedirectUri, string Nonce, string Challenge);
}
