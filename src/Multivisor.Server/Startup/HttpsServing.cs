using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Multivisor.Server.Startup;

/// <summary>
/// Serves HTTPS with the certificate that is in the files now: they are read again every few seconds, so that a renewed one is
/// served without a restart. New files that are wrong are reported, and the certificate in use stays.
/// </summary>
internal sealed partial class HttpsServing(HttpsFiles files, HttpsIdentity identity, TimeProvider time, ILogger<HttpsServing> logger) : BackgroundService
{
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(10);

    private HttpsIdentity _identity = identity;
    private string? _reported;

    public HttpsIdentity Identity => Volatile.Read(ref _identity);

    public void Apply(ListenOptions listen) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Identity.Context,
            // What the field still needs at least; anything older is broken.
#pragma warning disable CA5398
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        }),
    });

    /// <summary>Takes the files over if they changed.</summary>
    public void Check()
    {
        if (!files.TryLoad(out var read, out var problem))
        {
            if (problem != _reported)
                LogKept(problem);
            _reported = problem;
            return;
        }

        _reported = null;
        if (read.Content == Identity.Content)
            return;
        // The old one is left to the collector: connections may be at their handshake with it.
        Volatile.Write(ref _identity, read);
        LogTaken(files.CertificatePath, read.Certificate.NotAfter.ToUniversalTime());
        WarnIfExpired();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WarnIfExpired();
        using var timer = new PeriodicTimer(CheckPeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Check();
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private void WarnIfExpired()
    {
        if (Identity.Certificate.NotAfter.ToUniversalTime() < time.GetUtcNow().UtcDateTime)
            LogExpired(files.CertificatePath, Identity.Certificate.NotAfter.ToUniversalTime());
    }

    [LoggerMessage(80, LogLevel.Information, "the certificate in {Path} is served from now on; it is valid until {NotAfter:u}")]
    private partial void LogTaken(string path, DateTime notAfter);

    [LoggerMessage(81, LogLevel.Error, "HTTPS keeps its certificate, the new files cannot be used: {Problem}")]
    private partial void LogKept(string problem);

    [LoggerMessage(82, LogLevel.Warning, "the certificate in {Path} expired at {NotAfter:u}: browsers will refuse it")]
    private partial void LogExpired(string path, DateTime notAfter);
}
