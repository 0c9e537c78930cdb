using Multivisor.Fleet;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Account;
using Multivisor.Server.Audit;
using Multivisor.Server.Oidc;
using Multivisor.Server.Startup;

namespace Multivisor.Server.Admin;

/// <summary>Reads the configuration again. A bad one is refused whole and the one in force stays.</summary>
internal sealed partial class ConfigReload(ConfigStore store, SupervisorFleet fleet, AuditTrail audit, OidcOptions oidc, ILogger<ConfigReload> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    /// <returns>The reasons why it was refused; empty when it is in force.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        // One after the other: the file that was read last must be the one that is in force in the end.
        await _one.WaitAsync();
        try
        {
            return await ReadAndApplyAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<IReadOnlyList<string>> ReadAndApplyAsync()
    {
        var read = MultivisorConfig.Load(store.Path);
        IReadOnlyList<string> problems = read.IsValid ? Check(read.Config) : [.. read.Errors.Select(e => e.ToString())];
        if (problems.Count > 0 || read.Config is null)
        {
            foreach (var problem in problems)
                LogRefused(problem);
            return problems;
        }

        // Opened anew in any case: who moves the file away to begin another one reloads for that.
        if (!audit.TryUse(read.Config.Access.AuditLog, out var refused))
        {
            LogRefused(refused);
            return [refused];
        }

        store.Replace(read.Config);
        oidc.Forget();
        await fleet.ApplyAsync(read.Config);
        foreach (var warning in read.Config.Warnings.Select(w => w.ToString()).Concat(PasswordWarnings.Of(read.Config)))
            LogWarning(warning);
        if (ListenAddress.OpenTo(store.Listen.Bind, read.Config) is { } open)
            LogWarning(open);
        LogReloaded(store.Path, read.Config.Supervisors.Length);
        return [];
    }

    private string[] Check(MultivisorConfig config)
    {
        if (!SessionKey.TryRead(config, out _, out var problem) || !OidcSecret.TryRead(config.Access.Oidc, out _, out problem))
            return [problem];
        return !config.IsSignInOn && store.Current.Config.IsSignInOn && store.Listen.IsDefault && !store.Listen.Bind.IsThisMachineOnly
            ? [$"{store.Path}: it turns sign-in off while the server listens on {store.Listen.Bind}; restart the server if that is meant"]
            : [];
    }

    [LoggerMessage(60, LogLevel.Information, "{Path} read again, {Count} supervisors configured")]
    private partial void LogReloaded(string path, int count);

    [LoggerMessage(61, LogLevel.Error, "the configuration stays as it was: {Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(62, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);
}
