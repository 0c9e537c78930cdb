using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Multivisor.Fleet.Configuration;
using Multivisor.Testing;

namespace Multivisor.Fleet.Tests.Configuration;

/// <summary>Random files, read by ours and by Python's own configparser: accepted by both or by none, and with the same values.</summary>
public sealed class PythonConfigParserTests
{
    private const int Documents = 2000;

    private static readonly Gen<string> Line = Gen.Frequency(
        (4, Gen.OneOf("[global]", "[supervisor:a]", "[supervisor: b ]", "[DEFAULT]", "[]", "[]]", "[x", "[y] z", "  [i]", "[a = b]")),
        (12, Gen.Select(
            Gen.OneOf("", "", "", "", " ", "  ", "\t", "    "),
            Gen.OneOf("name", "url", "URL", "a", "b", "c c", "x.y", "key", "username", "ünï", "[k", ""),
            Gen.OneOf("=", " = ", ":", " : ", " =", "\t=\t", "", " "),
            Gen.OneOf("", "v", "host:9002", "a # b", "%(a)s", "%(B)s", "%%", "%", "%(zz)s", "%(a)", "x%(key)sy", "\"q\"", "ä€😀", "[v]", "a\u00a0"),
            (indent, key, delimiter, value) => indent + key + delimiter + value)),
        (3, Gen.Select(Gen.OneOf(" ", "  ", "\t\t", "      "), Gen.OneOf("more", "k = v", "# c", "[s]", "%(b)s", "; c"), (a, b) => a + b)),
        (3, Gen.OneOf("", "", " ", "\t", "# comment", "; comment", "  # indented", "#", "\u2003", "\u001c")),
        (1, Gen.String[Gen.Char["ab[]=:#;% ()s\t\u00a0\u0085\u2028\u001f\v\f"], 0, 12]));

    private static readonly Gen<string> Document = Gen.Select(
        Gen.OneOf("", "", "[global]\n", "[global]\n", "[global]\n"),
        Gen.Select(Line, Gen.OneOf("\n", "\n", "\n", "\r\n", "\r"), (line, end) => line + end).Array[0, 10],
        (start, lines) => start + string.Concat(lines));

    [Fact]
    public async Task Parse_RandomDocuments_AgreesWithPython()
    {
        var texts = new List<string>(Documents);
        Document.Sample(text => texts.Add(text), iter: Documents, threads: 1);

        using var answers = await AskPythonAsync(texts);

        var accepted = 0;
        foreach (var (text, expected) in texts.Zip(answers.RootElement.EnumerateArray()))
        {
            var actual = Read(text);
            Assert.True(Normalise(expected) == actual, $"{JsonSerializer.Serialize(text)}\nPython: {Normalise(expected)}\nours:   {actual}");
            accepted += actual is null ? 0 : 1;
        }

        // A generator that only makes rubbish would prove nothing.
        Assert.InRange(accepted, Documents / 10, Documents - (Documents / 10));
    }

    private static string? Read(string text)
    {
        var document = IniParser.Parse(text, "x.conf");
        if (document.Errors.Count > 0)
            return null;

        var result = new StringBuilder();
        foreach (var section in document.Sections.Prepend(document.Defaults))
            Write(result, section.Name, document.KeysOf(section).Select(key => (key.Name, Expand(document, section, key))));
        return result.ToString();
    }

    private static string? Expand(IniDocument document, IniSection section, IniKey key)
    {
        var value = IniInterpolation.Expand(document, section, key);
        return value.Problem is null ? value.Text : null;
    }

    private static string? Normalise(JsonElement answer)
    {
        if (answer.ValueKind == JsonValueKind.Null)
            return null;

        var result = new StringBuilder();
        foreach (var section in answer.EnumerateObject())
            Write(result, section.Name, section.Value.EnumerateArray().Select(key => (key[0].GetString()!, key[1].GetString())));
        return result.ToString();
    }

    /// <summary>Sorted: only the content of a section is compared, the order in it has its own test.</summary>
    private static void Write(StringBuilder result, string section, IEnumerable<(string Key, string? Value)> keys)
    {
        result.Append('[').Append(JsonSerializer.Serialize(section)).Append(']');
        foreach (var (key, value) in keys.OrderBy(key => key.Key, StringComparer.Ordinal))
            result.Append(' ').Append(JsonSerializer.Serialize(key)).Append('=').Append(JsonSerializer.Serialize(value));
    }

    private static async Task<JsonDocument> AskPythonAsync(List<string> texts)
    {
        var script = Path.Combine(
            TestData.RepositoryRoot, "test", "Multivisor.Fleet.Tests", "Configuration", "configparser_oracle.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-I", script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        var output = python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(texts));
        python.StandardInput.Close();
        return JsonDocument.Parse(await output);
    }
}
