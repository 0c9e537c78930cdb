using System.Text;
using System.Text.Json;

namespace Multivisor.Manual;

/// <summary>What search.js looks through: a script and no data file, because a page that was opened from a disk may not load one.</summary>
internal sealed class SearchIndex
{
    private readonly StringBuilder _script = new("const searchIndex = [\n");

    public void Add(string page, SitePage source)
    {
        foreach (var (heading, anchor, text) in source.Parts().Where(part => part.Text.Length > 0))
        {
            string[] entry = [anchor.Length > 0 ? $"{page}#{anchor}" : page, source.Title, heading, text];
            _script.Append('[').AppendJoin(',', entry.Select(value => $"\"{JsonEncodedText.Encode(value)}\"")).Append("],\n");
        }
    }

    public string ToScript() => $"{_script}]\n";
}
