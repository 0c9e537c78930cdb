using System.Net;
using System.Text.RegularExpressions;
using Multivisor.Manual;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Manual;

/// <summary>The site that scripts/docs.sh makes.</summary>
public sealed partial class SiteTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvsite-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Site_EveryLinkAndPicture_LeadsSomewhereInIt()
    {
        var count = SiteBuilder.Build(TestData.RepositoryRoot, _folder.FullName);
        var pages = Directory.EnumerateFiles(_folder.FullName, "*.html", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText, StringComparer.Ordinal);
        Assert.Equal(count, pages.Count);
        Assert.Contains(Path.Combine(_folder.FullName, "docs", "index.html"), pages.Keys);

        var broken =
            from page in pages
            from Match link in Link().Matches(page.Value)
            let address = WebUtility.HtmlDecode(link.Groups["address"].Value)
            where !Scheme().IsMatch(address)
            let parts = address.Split('#', 2)
            let target = parts[0].Length == 0 ? page.Key : Path.GetFullPath(parts[0], Path.GetDirectoryName(page.Key)!)
            where !File.Exists(target) || !target.StartsWith(_folder.FullName, StringComparison.Ordinal)
                || (parts.Length == 2 && !pages.GetValueOrDefault(target, "").Contains($"id=\"{parts[1]}\"", StringComparison.Ordinal))
            select $"{Path.GetRelativePath(_folder.FullName, page.Key)}: {address}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Site_LoadsNothingFromElsewhere()
    {
        SiteBuilder.Build(TestData.RepositoryRoot, _folder.FullName);
        foreach (var page in Directory.EnumerateFiles(_folder.FullName, "*.html", SearchOption.AllDirectories))
            Assert.DoesNotMatch("(src|<link[^>]*href)=\"(https?:)?//", File.ReadAllText(page));
    }

    [GeneratedRegex("(href|src)=\"(?<address>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.None, 1000)]
    private static partial Regex Scheme();
}
