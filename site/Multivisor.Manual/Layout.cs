using System.Net;
using System.Text;

namespace Multivisor.Manual;

/// <summary>What stands around each document.</summary>
internal static class Layout
{
    /// <param name="page">Its own place in the site.</param>
    /// <param name="lead">From a document to its page.</param>
    public static string Page(SitePage source, string page, Contents contents, Func<string, string> lead)
    {
        var navigation = new StringBuilder();
        foreach (var (heading, links) in contents.Groups)
        {
            navigation.Append("<h2>").Append(Escaped(heading)).Append("</h2>\n<ul>\n");
            foreach (var (text, document) in links)
            {
                var current = document == source.Path ? " aria-current=\"page\"" : "";
                navigation.Append("<li><a href=\"").Append(SitePage.Relative(page, lead(document))).Append('"').Append(current).Append('>').Append(Escaped(text)).Append("</a></li>\n");
            }

            navigation.Append("</ul>\n");
        }

        return Resource("page.html")
            .Replace("{{title}}", Escaped(source.Title), StringComparison.Ordinal)
            .Replace("{{root}}", SitePage.Relative(page, "index.html")[..^"index.html".Length], StringComparison.Ordinal)
            .Replace("{{navigation}}", navigation.ToString(), StringComparison.Ordinal)
            .Replace("{{body}}", source.ToHtml(), StringComparison.Ordinal);
    }

    public static string Resource(string name)
    {
        using var stream = typeof(Layout).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
