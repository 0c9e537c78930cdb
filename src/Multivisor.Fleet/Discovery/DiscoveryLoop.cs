using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Discovery;

/// <summary>Looks at one list again and again, and tells what is in it when that has changed.</summary>
internal sealed partial class DiscoveryLoop : IAsyncDisposable
{
    private readonly IHostSource _source;
    private readonly Func<ImmutableArray<SupervisorConfig>, CancellationToken, Task> _found;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private string? _problem;

    public DiscoveryLoop(DiscoveryConfig config, Func<ImmutableArray<SupervisorConfig>, CancellationToken, Task> found, TimeProvider time, ILogger logger)
    {
        Config = config;
        _source = config.File is null ? new DnsSource(config) : new FileSource(config);
        _found = found;
        _time = time;
        _logger = logger;
    }

    public DiscoveryConfig Config { get; }

    /// <summary>The first look, for who wants to begin with what is there.</summary>
    public async Task<ImmutableArray<SupervisorConfig>> FirstAsync(CancellationToken cancellationToken) => await LookAsync(cancellationToken) ?? [];

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Config.Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                if (await LookAsync(_stopping.Token) is { } found)
                    await _found(found, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task<ImmutableArray<SupervisorConfig>?> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await _source.LookAsync(cancellationToken);
            if (found is { } list)
                LogFound(Config.Name, list.Length);
            _problem = null;
            return found;
        }
        catch (DiscoveryException e)
        {
            // Once for each reason, not every two seconds.
            if (_problem != e.Message)
                LogProblem(Config.Name, e.Message);
            _problem = e.Message;
            return null;
        }
    }

    [LoggerMessage(20, LogLevel.Information, "discovery {Name}: {Count} supervisors listed")]
    private partial void LogFound(string name, int count);

    [LoggerMessage(21, LogLevel.Warning, "discovery {Name}: {Problem}")]
    private partial void LogProblem(string name, string problem);
}
