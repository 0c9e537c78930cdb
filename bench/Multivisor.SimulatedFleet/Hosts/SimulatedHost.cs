using Multivisor.SimulatedFleet.Supervisors;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>One host of the fleet: its port, and what a server finds behind it.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    private static readonly TimeSpan FarewellTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly ZeroRpcService? _service;
    private IDoor _door;

    private SimulatedHost(string name, IDoor door)
    {
        Name = name;
        Port = door.Port;
        _door = door;
        Traits = new HostTraits(isOriginal: false);
    }

    private SimulatedHost(SimulatedSupervisor supervisor, HostTraits traits, ZeroRpcService service)
        : this(supervisor.Name, AgentDoor.Open(service, 0))
    {
        Supervisor = supervisor;
        Traits = traits;
        _service = service;
        traits.GoAway = comesBack => _ = RestartAsync(comesBack);
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>Null for a host that nobody can reach.</summary>
    public SimulatedSupervisor? Supervisor { get; }

    public HostTraits Traits { get; }

    public int ConnectionCount => _door.ConnectionCount;

    public static SimulatedHost Serving(SimulatedSupervisor supervisor, HostTraits traits, ZeroRpcService service) => new(supervisor, traits, service);

    public static SimulatedHost Dead(string name) => new(name, new ClosedDoor());

    public static SimulatedHost Silent(string name) => new(name, new SilentDoor());

    /// <summary>The host is gone, without a word, and comes back.</summary>
    public async Task BeAwayAsync(TimeSpan time)
    {
        if (_service is null || !await CloseAsync())
            return;
        await PauseAsync(time);
        await OpenAsync(_service);
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
        await OpenAsync(_service!);
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

    private async Task OpenAsync(ZeroRpcService service)
    {
        await _changing.WaitAsync();
        try
        {
            if (_ending.IsCancellationRequested)
                return;
            await _door.DisposeAsync();
            _door = AgentDoor.Open(service, Port);
        }
        finally
        {
            _changing.Release();
        }
    }
}
