using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Configuration;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Multivisor.ScalingSpike;

/// <summary>Two silos share simulated supervisors; one is killed. How long are its supervisors not served?</summary>
internal static class Experiment
{
    private const int Rounds = 3;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(int supervisors)
    {
        var folder = Directory.CreateTempSubdirectory("mvs-");
        var configFile = Path.Combine(folder.FullName, "multivisor.conf");
        using var fleet = await FleetAsync(configFile, supervisors);
        try
        {
            for (var round = 1; round <= Rounds; round++)
                await RunOnceAsync(configFile, round);
            return 0;
        }
        finally
        {
            fleet.StandardInput.Close();
            await fleet.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunOnceAsync(string configFile, int round)
    {
        int[] ports = [FreePort(), FreePort()];
        int[] gateways = [FreePort(), FreePort()];
        var started = Stopwatch.GetTimestamp();
        using var first = await SiloAsync(ports[0], gateways[0], ports[0], configFile);
        var oneSilo = Stopwatch.GetElapsedTime(started);
        using var second = await SiloAsync(ports[1], gateways[1], ports[0], configFile);
        try
        {
            using var client = await ClientAsync(gateways[0]);
            var names = MultivisorConfig.Load(configFile).Config!.Supervisors.Select(s => s.Name).ToArray();
            var grains = names.Select(name => client.Services.GetRequiredService<IGrainFactory>().GetGrain<ISupervisorGrain>(name)).ToArray();
            started = Stopwatch.GetTimestamp();
            SupervisorState[] states = await Task.WhenAll(grains.Select(UntilServedAsync));
            var whole = Stopwatch.GetElapsedTime(started);
            var there = states.Count(state => state.Silo == ports[1]);
            Console.WriteLine(Line($"round {round}: a silo is up after {oneSilo.TotalMilliseconds:0} ms with {Memory(first)} MB; {names.Length} supervisors are served after {whole.TotalMilliseconds:0} ms, {there} of them by the silo that will be killed"));

            var killed = Stopwatch.GetTimestamp();
            second.Kill();
            var gaps = await Task.WhenAll(grains.Select(grain => LastNotServedAsync(grain, killed)));
            Console.WriteLine(Line($"round {round}: killed; its supervisors are served by the other after {Text(gaps.Where((_, i) => states[i].Silo == ports[1]))}; it has {Memory(first)} MB now"));
            Console.WriteLine(Line($"round {round}: those that were the other's all the time are last not served after {Text(gaps.Where((_, i) => states[i].Silo == ports[0]))}, {gaps.Where((gap, i) => gap > 0 && states[i].Silo == ports[0]).Count()} of them"));
        }
        finally
        {
            first.Kill();
            if (!second.HasExited)
                second.Kill();
        }
    }

    /// <summary>Milliseconds after the kill at which the supervisor was last found not to be served; 0 for one that always was.</summary>
    private static async Task<double> LastNotServedAsync(ISupervisorGrain grain, long killed)
    {
        var last = 0.0;
        while (Stopwatch.GetElapsedTime(killed) < Watched)
        {
            if (await TryLookAsync(grain) is not { IsServed: true })
                last = Stopwatch.GetElapsedTime(killed).TotalMilliseconds;
            await Task.Delay(Turn);
        }

        return last;
    }

    private static async Task<SupervisorState> UntilServedAsync(ISupervisorGrain grain)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Limit)
        {
            if (await TryLookAsync(grain) is { IsServed: true } state)
                return state;
            await Task.Delay(Turn);
        }

        throw new TimeoutException("A supervisor is never served.");
    }

    private static async Task<SupervisorState?> TryLookAsync(ISupervisorGrain grain)
    {
        try
        {
            return await grain.LookAsync();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Its silo is not yet known to be dead.
            return null;
        }
    }

    private static async Task<IHost> ClientAsync(int gateway)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(gateway, SiloProgram.Site, SiloProgram.Site);
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1));
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static Task<Process> SiloAsync(int port, int gateway, int primary, string configFile) =>
        StartAsync(Environment.ProcessPath!, "silo", Text(port), Text(gateway), Text(primary), configFile);

    private static Task<Process> FleetAsync(string configFile, int supervisors) => StartAsync(
        Path.Combine(AppContext.BaseDirectory, "Multivisor.SimulatedFleet"), "--config", configFile, "--commands", "--supervisors", Text(supervisors), "--processes", "50");

    /// <summary>Returns when it has written its first line.</summary>
    private static async Task<Process> StartAsync(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true })!;
        if (await process.StandardOutput.ReadLineAsync() is null)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not start.");
        return process;
    }

    private static int Memory(Process process)
    {
        process.Refresh();
        return (int)(process.WorkingSet64 / 1_000_000);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Text(IEnumerable<double> gaps)
    {
        var sorted = gaps.Order().ToArray();
        return Line($"{sorted[sorted.Length / 2]:0} ms (median), {sorted[^1]:0} ms (the last)");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
