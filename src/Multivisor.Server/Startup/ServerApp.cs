using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Console;
using Multivisor.Contract;
using Multivisor.Fleet;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Access;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Audit;
using Multivisor.Server.Groups;
using Multivisor.Server.Health;
using Multivisor.Server.Http;
using Multivisor.Server.Logs;
using Multivisor.Server.Oidc;
using Multivisor.Server.Page;
using Multivisor.Server.Processes;
using Multivisor.Server.State;
using Multivisor.Server.EventStream;
using Multivisor.Server.Supervisors;

namespace Multivisor.Server.Startup;

/// <summary>Puts the web application together.</summary>
internal static class ServerApp
{
    private const int MaxFormFields = 200_000;

    /// <summary>
    /// Else the host watches for a settings file of its own, which we do not have, in the folder of the program: that is all folders below it, a home or a tree of
    /// sources, one by one, before the first answer.
    /// </summary>
    private const string NoWatch = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>Streams end at once when the program stops; this is for answers that are being written.</summary>
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(1);

    public static WebApplication Build(
        ServerOptions options, MultivisorConfig config, ListenAddress listen, SessionKey key,
        FleetOptions? fleetOptions = null, StreamOptions? streamOptions = null, PageFiles? page = null, Https? https = null, HttpLimits? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, Args = [NoWatch] });
        ConfigureLogging(builder, options.LogLevel);
        if (options.IsWindowsService)
            builder.Services.ObeyWindows();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            (limits ?? new HttpLimits()).Apply(kestrel);
            if (https is not null)
                kestrel.ConfigureEndpointDefaults(endpoint => kestrel.ApplicationServices.GetRequiredService<HttpsServing>().Apply(endpoint));
            listen.Apply(kestrel);
        });
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        services.Configure<FormOptions>(form =>
        {
            // The size of the body is what limits a form, whether it is one long list or a field for each uid.
            form.ValueLengthLimit = HttpLimits.MaxBody;
            form.ValueCountLimit = MaxFormFields;
        });
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractJson.Wire));
        services.AddOpenApi(OpenApiDocument.Configure);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(fleetOptions ?? new FleetOptions());
        services.AddSingleton<SupervisorFleet>();
        services.AddSingleton(new ConfigStore(options.ConfigPath, config, listen));
        services.AddSingleton<ConfigReload>();
        services.AddSingleton(key);
        if (https is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            services.AddSingleton(https.Files);
            services.AddSingleton(https.Identity);
            services.AddSingleton<HttpsServing>();
            services.AddHostedService(provider => provider.GetRequiredService<HttpsServing>());
        }

        services.AddSingleton<SignInSessions>();
        services.AddSingleton<SignInWatch>();
        services.AddSingleton<SignInLimiter>();
        services.AddSingleton<SignInDesk>();
        services.AddSingleton<Authenticator>();
        services.AddOidc();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<Refusals>();
        services.AddSingleton(streamOptions ?? new StreamOptions());
        services.AddSingleton(page ?? PageFiles.Embedded);
        services.AddSingleton<DataDocument>();
        services.AddSingleton<CompressedData>();
        services.AddSingleton<LogStreaming>();
        services.AddSingleton<MergedEndpoint>();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<ProgramMetrics>();
        services.AddSingleton<MetricsText>();
        services.AddHostedService<StreamClock>();
        services.AddHostedService<MemoryKeeper>();

        var app = builder.Build();
        // It counts from now on, not from the first time that somebody looks.
        app.Services.GetRequiredService<MetricsCollector>();
        app.LeaveOutAuthentication();
        app.UseMiddleware<StrictHeaders>();
        app.UseMiddleware<ErrorBoundary>();
        app.UseMiddleware<Forwarding>();
        app.UseMiddleware<HostGuard>();
        app.UseMiddleware<BasePath>();
        app.UseMiddleware<CrossOrigin>();
        // Only now: the path may have lost its beginning.
        app.UseRouting();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseMiddleware<AccessGate>();
        app.UseMiddleware<Unrouted>();
        var routes = app.MapGroup("").WithPolicies();
        routes.MapAccount();
        routes.MapOidc();
        routes.MapState();
        routes.MapProcesses();
        routes.MapGroups();
        routes.MapSupervisors();
        routes.MapLogs();
        routes.MapStream();
        routes.MapAdmin();
        routes.MapHealth();
        routes.MapApiPage();
        routes.MapOpenApi("/api/openapi.json");
        return app;
    }

    private static void ConfigureLogging(WebApplicationBuilder builder, LogLevel level)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(level);
        builder.Logging.AddFilter("Microsoft", level == LogLevel.Debug ? LogLevel.Information : LogLevel.Warning);
        // What it says belongs to debugging; without it no request carries an activity and scopes for log lines that nobody writes.
        if (level != LogLevel.Debug)
            builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A line for each connection over the limit would let strangers write the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // Whoever is not signed in is reported by OidcSignIn, within the limits of the audit log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Authentication", LogLevel.None);
        // A start that fails is reported by whoever started, in words for an operator.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        builder.Services.AddSingleton<ConsoleFormatter, LineFormatter>();
    }
}
