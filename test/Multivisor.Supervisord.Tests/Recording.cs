using System.Text.Json;

namespace Multivisor.Supervisord.Tests;

/// <summary>Reads the files of the Recordings folder.</summary>
internal static class Recording
{
    public static IEnumerable<JsonElement> Lines(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", name)).Select(line => JsonDocument.Parse(line).RootElement);

    public static byte[] Octets(this JsonElement line, string member) => Convert.FromHexString(line.GetProperty(member).GetString()!);
}
