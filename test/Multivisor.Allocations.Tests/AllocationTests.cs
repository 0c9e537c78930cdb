using System.Text.Json;
using Multivisor.Operations;

namespace Multivisor.Allocations.Tests;

/// <summary>
/// What the server does again and again allocates no more than <c>limits.json</c> says, in octets for each time. It is counted, not timed, so the
/// machine makes no difference. A change that needs more writes the new limit into the file, where everybody sees it.
/// </summary>
public sealed class AllocationTests
{
    private const int WarmUp = 500;
    private const int Times = 2000;

    /// <summary>A limit this far above what is needed holds nothing back.</summary>
    private const double Room = 1.3;

    private static readonly IReadOnlyDictionary<string, long> Limits =
        JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "limits.json")))!;

    public static TheoryData<string> Names => [.. Operation.All.Select(operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_OfTheServer_AllocatesNoMoreThanItsLimit(string name)
    {
        var operation = Operation.All.Single(o => o.Name == name);
        var allocated = Measure(operation.Run);

        Assert.True(Limits.TryGetValue(name, out var limit), $"limits.json has no \"{name}\": {allocated}");
        Assert.True(allocated <= limit, $"{name} allocates {allocated} octets each time, its limit is {limit}");
        Assert.True(limit <= (allocated * Room) + 16, $"{name} allocates only {allocated} octets each time: lower its limit, which is {limit}");
    }

    [Fact]
    public void Limits_AreOfOperationsThatExist() => Assert.Empty(Limits.Keys.Except(Names.Select(row => row.Data), StringComparer.Ordinal));

    private static long Measure(Action run)
    {
        for (var i = 0; i < WarmUp; i++)
            run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
            run();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
    }
}
