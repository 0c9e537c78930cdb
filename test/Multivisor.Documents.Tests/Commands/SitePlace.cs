using Multivisor.EndToEnd.Page.Support;

namespace Multivisor.Documents.Tests.Commands;

/// <summary><c>site</c>: the site of <c>./demo.sh</c> runs, and whoever asks may do anything.</summary>
internal sealed class SitePlace : Place
{
    public SitePlace(Showcase showcase)
    {
        var address = $"localhost:{showcase.Server.Port}";
        Means("localhost:22000", address);
        Means("multivisor.example:22000", address);
        Means("multivisor.example", address);
        Environment["MULTIVISOR_URL"] = address;
    }
}
