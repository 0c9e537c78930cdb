using System.Text.Json;
using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Containers;

/// <summary>One stage of the Dockerfile: what an engine would take from it to start a container.</summary>
internal sealed class ImageFile
{
    private ImageFile(string[] instructions)
    {
        EntryPoint = Words(instructions, "ENTRYPOINT ");
        Command = Words(instructions, "CMD ");
        User = Last(instructions, "USER ")?.Split(':')[0];
        HealthCheck = Words(instructions, "HEALTHCHECK ");
        Instructions = instructions;
    }

    public string[] Instructions { get; }

    public string[] EntryPoint { get; }

    public string[] Command { get; }

    public string[] HealthCheck { get; }

    public string? User { get; }

    public static async Task<ImageFile> ReadAsync(string stage)
    {
        var lines = (await File.ReadAllTextAsync(Path.Combine(Release.Root, "Dockerfile"))).Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');
        var begin = Array.FindIndex(lines, line => line.StartsWith("FROM ", StringComparison.Ordinal) && line.EndsWith($" AS {stage}", StringComparison.Ordinal));
        Assert.True(begin >= 0, $"the Dockerfile has no stage {stage}");
        return new ImageFile([.. lines.Skip(begin + 1).TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal))]);
    }

    private static string? Last(string[] instructions, string name) =>
        Array.FindLast(instructions, line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    private static string[] Words(string[] instructions, string name) =>
        Last(instructions, name) is { } text ? JsonSerializer.Deserialize<string[]>(text[text.IndexOf('[', StringComparison.Ordinal)..])! : [];
}
