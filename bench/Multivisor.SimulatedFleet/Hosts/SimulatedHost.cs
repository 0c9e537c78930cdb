using Multivisor.SimulatedFleet.Supervisors;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>One host of the fleet: its port, and what a server finds behind it.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<int, IDoor>? _open;
    private IDoor _door;

    private SimulatedHost(string name, IDoor door)
    {
        Name = name;
        Port = door.Port;
        _door = door;
        Traits = new HostTraits(isOriginal: false);
    }

    private SimulatedHost(SimulatedSupervisor supervisor, HostTraits traits, Func<int, IDoor> open)
        : this(supervisor.Name, open(0))
    {
        Supervisor = supervisor;
        Traits = traits;
        _open = open;
        traits.GoAway = comesBack => _ = RestartAsync(comesBack);
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>What <c>url=</c> says of it.</summary>
    public string Url => _door is DirectDoor ? $"http://127.0.0.1:{Port}" : $"127.0.0.1:{Port}";

    /// <summary>Null for a host that nobody can reach.</summary>
    public SimulatedSupervisor? Supervisor { get; }

    public HostTraits Traits { get; }

    public int ConnectionCount => _door.ConnectionCount;

    /// <param name="open">Opens its door at a port; 0 takes a free one.</param>
    public static SimulatedHost Serving(SimulatedSupervisor supervisor, HostTraits traits, Func<int, IDoor> open) => new(supervisor, traits, open);

    public static SimulatedHost Dead(string name) => new(name, new ClosedDoor());

    public static SimulatedHost Silent(string name) => new(name, new SilentDoor());

    public static SimulatedHost Endless(string name) => new(name, new EndlessDoor());

    /// <summary>The host is gone, without a word, and comes back.</summary>
    public async Task BeAwayAsync(TimeSpan time)
    {
        if (_open is null || !await CloseAsync())
            return;
        await PauseAsync(time);
        await OpenAsync(_open);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await CloseAsync();
        await _door.DisposeAsync();
    }

    /// <summary>supervisord says that it stops, is gone, and comes back with its processes started anew.</summary>
    private async Task RestartAsync(bool comesBack)
    {
        Supervisor!.BeginStopping();
        // The answer to the call that wanted it leaves first.
        await PauseAsync(FarewellTime);
        if (!await CloseAsync() || !comesBack)
            return;
        await PauseAsync(RestartTime);
        Supervisor.BeginAgain();
        await OpenAsync(_open!);
    }

    private async Task PauseAsync(TimeSpan time) =>
        await Task.Delay(time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <returns>False when it is closed already.</returns>
    private async Task<bool> CloseAsync()
    {
        await _changing.WaitAsync();
        try
        {
            if (_door is ClosedDoor)
                return false;
            await _door.DisposeAsync();
            _door = new ClosedDoor(Port);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task OpenAsync(Func<int, IDoor> open)
    {
        await _changing.WaitAsync();
        try
        {
            if (_ending.IsCancellationRequested)
                return;
            await _door.DisposeAsync();
            _door = open(Port);
        }
        finally
        {
            _changing.Release();
        }
    }
}
