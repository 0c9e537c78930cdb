using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Multivisor.Server.Startup;

/// <summary><c>multivisor healthcheck</c>: asks a server that runs, for containers that have nothing else to ask with.</summary>
internal static class HealthCheckCommand
{
    public const string DefaultUrl = "http://localhost:22000";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <param name="url">Null for the usual port of this machine, by HTTPS if the environment has the server speak it.</param>
    public static async Task<int> RunAsync(string? url, CancellationToken cancellationToken)
    {
        if (!Https.TryRead(out var https, out var problem))
            return await FailAsync(ExitCode.BadConfiguration, problem);
        url ??= https is null ? DefaultUrl : DefaultUrl.Replace("http:", "https:", StringComparison.Ordinal);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return await FailAsync(ExitCode.BadConfiguration, $"'{url}' is no address: write http://host:port");

        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
            // Its name is that of the site and not localhost; that it is ours says more.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None || IsOurs(certificate, https);
            using var client = new HttpClient(handler) { Timeout = Limit };
            using var answer = await client.GetAsync(new Uri(address, "/healthz"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            // allowed_hosts and base_path may refuse the name by which we ask; who refuses is alive.
            return answer.StatusCode < HttpStatusCode.InternalServerError
                ? ExitCode.Ok
                : await FailAsync(ExitCode.Failed, $"{address} answers {(int)answer.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return await FailAsync(ExitCode.Failed, $"{address} does not answer: {e.Message}");
        }
    }

    private static bool IsOurs(X509Certificate? shown, Https? https) =>
        shown is not null && https is not null && shown.GetRawCertData().AsSpan().SequenceEqual(https.Identity.Certificate.RawData);

    private static async Task<int> FailAsync(int exitCode, string problem)
    {
        await Console.Error.WriteLineAsync($"multivisor: {problem}");
        return exitCode;
    }
}
