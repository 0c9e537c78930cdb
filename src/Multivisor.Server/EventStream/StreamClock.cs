using Multivisor.Fleet;

namespace Multivisor.Server.EventStream;

/// <summary>The one clock of all streams: reminds each of its sign of life, in turns, and ends them when the program stops.</summary>
internal sealed class StreamClock(SupervisorFleet fleet, StreamOptions options, TimeProvider time, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>Ten thousand streams are not woken at one moment.</summary>
    private const int Turns = 16;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Kestrel waits for its requests when it stops: they must end before.
        using var stopping = lifetime.ApplicationStopping.Register(fleet.Feed.EndSubscriptions);
        using var timer = new PeriodicTimer(options.KeepAlivePeriod / Turns, time);
        for (var turn = 0; await timer.WaitForNextTickAsync(stoppingToken); turn = (turn + 1) % Turns)
            fleet.Feed.Remind(turn, Turns);
    }
}
