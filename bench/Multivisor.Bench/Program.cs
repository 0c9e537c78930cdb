using Multivisor.Bench;
using Multivisor.Bench.Page;

string[] known = ["latency", "burst", "programs", "cli", "fleet", "events", "clients", "storm", "hosts", "soak", "direct", "logs", "plugin", "page", "page-logs"];
var wanted = args.Length > 0 ? args : known;
if (wanted.Except(known).Any())
{
    Console.Error.WriteLine($"Usage: bench.sh [{string.Join("|", known)}] …   (all of them by default)");
    return 2;
}

var report = new Report(known);
foreach (var name in wanted)
{
    Console.Error.WriteLine($"… {name}");
    report.Begin(name);
    await (name switch
    {
        "latency" => LatencyBenchmark.RunAsync(report),
        "burst" => BurstBenchmark.RunAsync(report),
        "cli" => CliBenchmark.RunAsync(report),
        "fleet" => FleetBenchmark.RunAsync(report),
        "events" => EventsBenchmark.RunAsync(report),
        "clients" => ClientsBenchmark.RunAsync(report),
        "storm" => StormBenchmark.RunAsync(report),
        "hosts" => HostsBenchmark.RunAsync(report),
        "soak" => SoakBenchmark.RunAsync(report),
        "direct" => DirectBenchmark.RunAsync(report),
        "logs" => LogsBenchmark.RunAsync(report),
        "page-logs" => PageLogsBenchmark.RunAsync(report),
        "plugin" => PlugInBenchmark.RunAsync(report),
        "page" => PageBenchmark.RunAsync(report),
        _ => ProgramsBenchmark.RunAsync(report),
    });
}

report.Print(Console.Out);
Console.Out.WriteLine($"\nwritten to {report.Save()}");
return 0;
