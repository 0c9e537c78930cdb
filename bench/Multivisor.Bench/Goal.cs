using System.Globalization;
using System.Text.Json.Nodes;

namespace Multivisor.Bench;

/// <summary>What a figure is to be, at most, in the unit of its row.</summary>
internal sealed record Goal(double Median, double? P99 = null)
{
    public override string ToString() => Median == 0 ? "none" : P99 is { } p99 ? $"≤ {Text(Median)}, p99 ≤ {Text(p99)}" : $"≤ {Text(Median)}";

    public bool IsMet(double median, double p99) => median <= Median && (P99 is null || p99 <= P99);

    public static JsonNode? ToJson(Goal? goal) => goal is null ? null : JsonValue.Create(goal.ToString());

    private static string Text(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
