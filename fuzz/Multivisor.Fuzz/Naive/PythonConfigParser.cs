using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Multivisor.Fuzz.Naive;

/// <summary>Python's configparser in one process that answers line by line.</summary>
internal static class PythonConfigParser
{
    private const string Script = """
        import configparser, io, json, sys

        def value(parser, section, key):
            try:
                return parser.get(section, key)
            except configparser.Error:
                return None

        def read(text):
            parser = configparser.ConfigParser()
            with io.TextIOWrapper(io.BytesIO(text.encode("utf-8")), encoding="utf-8") as stream:
                try:
                    parser.read_file(stream)
                except configparser.Error:
                    return None
            return {name: {key: value(parser, name, key) for key in parser[name]} for name in parser}

        for line in sys.stdin:
            print(json.dumps(read(json.loads(line))), flush=True)
        """;

    private static readonly Lock Gate = new();
    private static Process? _python;

    /// <summary>Null when it is refused, else the values by section and key; null for a value that cannot be interpolated.</summary>
    public static Dictionary<string, Dictionary<string, string?>>? Read(string text)
    {
        lock (Gate)
        {
            _python ??= Start();
            _python.StandardInput.WriteLine(JsonValue.Create(text).ToJsonString());
            _python.StandardInput.Flush();
            var answer = _python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Python has ended.");
            return JsonNode.Parse(answer) is JsonObject sections
                ? sections.ToDictionary(s => s.Key, s => s.Value!.AsObject().ToDictionary(k => k.Key, k => (string?)k.Value, StringComparer.Ordinal), StringComparer.Ordinal)
                : null;
        }
    }

    private static Process Start()
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-I", "-c", Script])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8,
        };
        return Process.Start(start)!;
    }
}
