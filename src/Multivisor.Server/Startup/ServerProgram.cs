using System.Net.Sockets;
using System.Runtime.InteropServices;
using Multivisor.Fleet;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Audit;
using Multivisor.Server.Oidc;

namespace Multivisor.Server.Startup;

/// <summary>The life of the program: read the configuration, start, wait for a signal, stop.</summary>
internal static partial class ServerProgram
{
    public static async Task<int> RunAsync(ServerOptions options)
    {
        var read = MultivisorConfig.Load(options.ConfigPath);
        if (!read.IsValid)
            return Fail(options, ExitCode.BadConfiguration, [.. read.Errors.Select(e => e.ToString())]);
        var config = read.Config;
        if (!ListenAddress.TryChoose(options.Bind, config, out var listen, out var problem))
            return Fail(options, ExitCode.BadConfiguration, problem);
        if (options.CheckOnly)
        {
            CheckReport.Write(options.ConfigPath, config, listen, Console.Out, Console.Error);
            return ExitCode.Ok;
        }

        if (!SessionKey.TryRead(config, out var key, out problem) || !OidcSecret.TryRead(config.Access.Oidc, out _, out problem) || !Https.TryRead(out var https, out problem))
            return Fail(options, ExitCode.BadConfiguration, problem);

        var descriptors = DescriptorLimit.Raise();
        var fleet = new FleetOptions { MaxLinks = DescriptorLimit.LinksWithin(descriptors) };
        var limits = new HttpLimits { MaxConnections = DescriptorLimit.ConnectionsWithin(descriptors, config.Supervisors.Length) };
        try
        {
            await using var app = ServerApp.Build(options, config, listen, key, fleet, https: https, limits: limits);
            if (!app.Services.GetRequiredService<AuditTrail>().TryUse(config.Access.AuditLog, out problem))
                return Fail(options, ExitCode.BadConfiguration, problem);
            return await ServeAsync(app, config, listen, descriptors);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return Fail(options, ExitCode.Failed, $"cannot listen on {listen.Bind}: {e.Message} (is another multivisor running? choose another address with --bind)");
        }
    }

    private static async Task<int> ServeAsync(WebApplication app, MultivisorConfig config, ListenAddress listen, ulong? descriptors)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("multivisor");
        foreach (var warning in config.Warnings.Select(w => w.ToString()).Concat(PasswordWarnings.Of(config)))
            LogConfigurationWarning(logger, warning);
        DescriptorLimit.Report(descriptors, config.Supervisors.Length, logger);
        var fleet = app.Services.GetRequiredService<SupervisorFleet>();
        // Before the first request: nobody is told of an installation without supervisors, or of one that is ready too early.
        await fleet.ApplyAsync(config);
        await app.StartAsync();
        LogListening(logger, string.Join(", ", app.Urls), config.Supervisors.Length);
        if (listen.Notice is not null)
            LogListenNotice(logger, listen.Notice);
        using var hangUp = RegisterReload(app.Services.GetRequiredService<ConfigReload>());
        // Only now: whoever hears it may send SIGHUP, which ends a program that does not expect it.
        app.TellSystemd();
        await app.WaitForShutdownAsync();
        app.Services.GetRequiredService<AuditTrail>().Close();
        LogStopped(logger);
        return ExitCode.Ok;
    }

    private static PosixSignalRegistration? RegisterReload(ConfigReload reload) => OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _ = reload.RunAsync();
        });

    private static int Fail(ServerOptions options, int exitCode, params string[] problems)
    {
        if (options.IsWindowsService)
            ServiceManagers.ReportFailure(problems);
        foreach (var problem in problems)
            Console.Error.WriteLine($"multivisor: {problem}");
        return exitCode;
    }

    [LoggerMessage(1, LogLevel.Information, "listening on {Urls}, {Count} supervisors configured")]
    private static partial void LogListening(ILogger logger, string urls, int count);

    [LoggerMessage(2, LogLevel.Warning, "{Notice}")]
    private static partial void LogListenNotice(ILogger logger, string notice);

    [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
    private static partial void LogConfigurationWarning(ILogger logger, string warning);

    [LoggerMessage(4, LogLevel.Information, "stopped")]
    private static partial void LogStopped(ILogger logger);
}
