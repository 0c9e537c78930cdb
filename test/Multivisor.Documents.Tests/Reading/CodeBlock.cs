using Markdig.Syntax;

namespace Multivisor.Documents.Tests.Reading;

/// <summary>A fenced block, and the mark in the line before it.</summary>
/// <param name="Line">Of the fence, from 1.</param>
/// <param name="Language">Lower case; empty when the fence names none.</param>
internal sealed record CodeBlock(Document Document, int Line, string Language, string Text, BlockMark? Mark)
{
    public bool IsCommands => Language is "sh" or "bash" or "console" or "shell";

    /// <summary>Of an <c>ini</c> block.</summary>
    public ConfigurationKind KindOfConfiguration
    {
        get
        {
            var sections = Text.Split('\n').Where(line => line.StartsWith('[')).Select(line => line.Trim('[', ']', ' ').Split(':')[0]).ToHashSet(StringComparer.Ordinal);
            return sections.Overlaps(["global", "supervisor", "user", "token", "oidc", "discovery"]) ? ConfigurationKind.Multivisor
                : sections.Overlaps(["eventlistener", "rpcinterface", "program", "group", "inet_http_server", "unix_http_server"]) ? ConfigurationKind.Supervisord
                : sections.Overlaps(["Unit", "Service"]) ? ConfigurationKind.Unit
                : ConfigurationKind.Unknown;
        }
    }

    public string Place => $"{Document.Name}:{Line}";

    public static CodeBlock Of(Document document, FencedCodeBlock block)
    {
        var at = block.Parent!.IndexOf(block);
        var mark = at > 0 && block.Parent[at - 1] is HtmlBlock html ? BlockMark.Read(html.Lines.ToString()) : null;
        return new CodeBlock(document, block.Line + 1, (block.Info ?? "").ToLowerInvariant(), block.Lines.ToString(), mark);
    }
}
