using System.Text.Json;

namespace Multivisor.Cli.Connection;

/// <summary>The sessions of <c>login</c>, by server, in a file that only its owner reads.</summary>
internal static class SessionStore
{
    private static string File => Path.Combine(UserFolders.State, "sessions.json");

    public static string? Find(Uri url) => Read().GetValueOrDefault(url.AbsoluteUri);

    /// <param name="session">Null to forget it.</param>
    public static void Keep(Uri url, string? session)
    {
        var sessions = Read();
        if (session == sessions.GetValueOrDefault(url.AbsoluteUri))
            return;
        if (session is null)
            sessions.Remove(url.AbsoluteUri);
        else
            sessions[url.AbsoluteUri] = session;
        UserFolders.WritePrivately(File, JsonSerializer.Serialize(sessions, SessionJson.Default.DictionaryStringString));
    }

    private static Dictionary<string, string> Read()
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllText(File), SessionJson.Default.DictionaryStringString) ?? new(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return new(StringComparer.Ordinal);
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class SessionJson : System.Text.Json.Serialization.JsonSerializerContext;
