using System.Globalization;
using Multivisor.SimulatedFleet.Life;

namespace Multivisor.SimulatedFleet;

/// <summary>The life of the program: open the fleet, write its configuration, let it live, run commands, until it is told to stop.</summary>
internal static class Simulation
{
    public static async Task<int> RunAsync(SimulationOptions options, CancellationToken cancellationToken)
    {
        if (options.Supervisors < 1 || options.Processes < 1 || options.Dead + options.Silent + options.Hung + options.Original + options.Direct > options.Supervisors)
            return await FailAsync("--dead, --silent, --hung, --original and --direct together are more than --supervisors, or there is nothing to simulate.");
        if (!TryReadScript(options.ScriptFile, out var script, out var problem))
            return await FailAsync(problem);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var fleet = HostFleet.Open(options);
        await File.WriteAllTextAsync(options.ConfigFile, fleet.Configuration(), ending.Token);
        var life = new FleetLife(fleet, options.Seed) { Rate = options.Rate };
        var commands = new Commands(fleet, life, Console.Out);
        foreach (var (time, line) in script)
            fleet.Agenda.After(time, () => Run(commands, line));
        var living = life.RunAsync(ending.Token);
        Console.WriteLine(
            $"ready: {options.Supervisors} supervisors with {options.Processes} processes each; multivisor -c {options.ConfigFile} shows them");
        if (options.ReadCommands)
        {
            await ReadCommandsAsync(commands, ending.Token);
            await ending.CancelAsync();
        }

        await living;
        return 0;
    }

    private static async Task ReadCommandsAsync(Commands commands, CancellationToken cancellationToken)
    {
        try
        {
            while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
                Run(commands, line);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private static void Run(Commands commands, string line)
    {
        if (commands.Run(line) is { } problem)
            Console.Error.WriteLine(problem);
    }

    private static bool TryReadScript(string? file, out List<(TimeSpan Time, string Line)> script, out string problem)
    {
        script = [];
        problem = "";
        if (file is null)
            return true;
        if (!File.Exists(file))
        {
            problem = $"{file}: there is no such file.";
            return false;
        }

        foreach (var line in File.ReadLines(file).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var parts = line.Split(' ', 2);
            if (parts.Length < 2 || !double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            {
                problem = $"{file}: '{line}' does not begin with seconds and a command.";
                return false;
            }

            script.Add((TimeSpan.FromSeconds(seconds), parts[1]));
        }

        return true;
    }

    private static async Task<int> FailAsync(string problem)
    {
        await Console.Error.WriteLineAsync(problem);
        return 2;
    }
}
