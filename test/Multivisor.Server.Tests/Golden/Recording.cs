using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.Server.Tests.Golden;

/// <summary>One request to the original's web server and what it answered.</summary>
internal sealed record Recording(string Name, JsonElement Json)
{
    private static string Folder { get; } = Path.Combine(TestData.RepositoryRoot, "test", "Multivisor.Server.Tests", "Golden");

    public string Method => Text("method");

    public string Address => Text("path");

    public int Status => Json.GetProperty("status").GetInt32();

    public string Body => Text("body");

    public string MediaType => MediaTypeHeaderValue.Parse(Headers["content-type"]).MediaType!;

    public bool IsStream => MediaType == "text/event-stream";

    public bool SentCookie => Json.GetProperty("sent_headers").TryGetProperty("Cookie", out _);

    public IReadOnlyDictionary<string, string> Headers => Json.GetProperty("headers").EnumerateArray()
        .ToDictionary(h => h[0].GetString()!, h => h[1].GetString()!, StringComparer.OrdinalIgnoreCase);

    /// <summary>The recorded body read as JSON; null when it is none.</summary>
    public JsonElement? BodyJson
    {
        get
        {
            try
            {
                return JsonElement.Parse(Body);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.json")
        .Select(file => $"{folder}/{Path.GetFileNameWithoutExtension(file)}")
        .Order(StringComparer.Ordinal);

    public static Recording Load(string name) => new(name, JsonElement.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json"))));

    /// <summary>The data of the recorded frames of <c>/api/stream</c>.</summary>
    public static IReadOnlyList<JsonElement> Frames() =>
    [
        .. File.ReadLines(Path.Combine(Folder, "sse_stream.jsonl"))
            .Select(line => JsonElement.Parse(line).GetProperty("frame").GetString()!)
            .Select(frame => JsonElement.Parse(frame["data: ".Length..])),
    ];

    /// <summary>What was sent as the body.</summary>
    public HttpContent? Content()
    {
        if (Json.GetProperty("form") is { ValueKind: JsonValueKind.Object } form)
            return new FormUrlEncodedContent(form.EnumerateObject().Select(f => KeyValuePair.Create(f.Name, f.Value.GetString()!)));
        return Json.GetProperty("sent_body").GetString() is { } body ? new StringContent(body, Encoding.UTF8, "application/json") : null;
    }

    /// <summary>A recorded process object as supervisord told of it.</summary>
    public static ProcessInfo ProcessOf(JsonElement json) => new()
    {
        Name = json.GetProperty("name").GetString()!,
        Group = json.GetProperty("group").GetString()!,
        State = (ProcessState)json.GetProperty("state").GetInt32(),
        StateName = json.GetProperty("statename").GetString()!,
        Start = json.GetProperty("start").GetInt64(),
        Stop = json.GetProperty("stop").GetInt64(),
        Now = json.GetProperty("now").GetInt64(),
        Pid = json.GetProperty("pid").GetInt64(),
        ExitStatus = json.GetProperty("exitstatus").GetInt64(),
        SpawnError = json.GetProperty("spawnerr").GetString()!,
        Description = json.GetProperty("description").GetString()!,
        LogFile = json.GetProperty("logfile").GetString()!,
        StdoutLogFile = json.GetProperty("stdout_logfile").GetString()!,
        StderrLogFile = json.GetProperty("stderr_logfile").GetString()!,
    };

    public override string ToString() => Name;

    private string Text(string member) => Json.GetProperty(member).GetString() ?? "";
}
