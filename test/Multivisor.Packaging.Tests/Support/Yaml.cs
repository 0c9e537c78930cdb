using System.Text.Json.Nodes;

namespace Multivisor.Packaging.Tests.Support;

/// <summary>Files of YAML, read by Debian's parser (python3-yaml, which yamllint brings).</summary>
internal static class Yaml
{
    private const string Program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";

    /// <returns>The documents of the file.</returns>
    public static async Task<JsonArray> ReadAsync(string path)
    {
        var file = Path.Combine(Release.Root, path);
        await Shell.RunAsync("yamllint", ["--strict", "-d", "{extends: default, rules: {line-length: disable, document-start: disable, braces: {max-spaces-inside: 1}, truthy: {check-keys: false}, comments: {min-spaces-from-content: 1}}}", file]);
        return JsonNode.Parse(await Shell.RunAsync("/usr/bin/python3", ["-c", Program, file]))!.AsArray();
    }
}
