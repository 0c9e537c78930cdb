using BenchmarkDotNet.Attributes;
using Multivisor.Operations;

namespace Multivisor.Microbench;

/// <summary>Time and allocated octets of what the server does again and again. BenchmarkDotNet derives from it.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class OperationBenchmarks
{
    public static IEnumerable<Operation> All => Operation.All;

    [ParamsSource(nameof(All))]
    public Operation Operation { get; set; } = null!;

    [Benchmark]
    public void Run() => Operation.Run();
}
