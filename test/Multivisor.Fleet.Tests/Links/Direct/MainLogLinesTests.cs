using System.Text;
using Multivisor.Fleet.Links.Direct;

namespace Multivisor.Fleet.Tests.Links.Direct;

public sealed class MainLogLinesTests
{
    [Theory]
    [InlineData("2026-11-25 10:29:11,123 INFO exited: a (exit status 0; expected)\n", true)]
    [InlineData("2026-11-25 10:29:11,123 WARN received SIGTERM indicating exit request\n", true)]
    [InlineData("2026-11-25 10:29:11,123 CRIT Server 'unix_http_server' running\n", true)]
    [InlineData("2026-11-25 10:29:11,123 TRAC 127.0.0.1:0 - - \"POST /RPC2 HTTP/1.1\" 200 100\n", false)]
    [InlineData("2026-11-25 10:29:11,123 DEBG 'a' stdout output:\nhello\n", false)]
    [InlineData("INFO at the start of a program's line\n", false)]
    [InlineData("\n\n\n", false)]
    public void Take_Line_TellsOrNot(string text, bool telling)
    {
        Assert.Equal(telling, new MainLogLines().Take(Encoding.UTF8.GetBytes(text)));

        // In pieces it says the same, once.
        var lines = new MainLogLines();
        Assert.Equal(telling ? 1 : 0, Encoding.UTF8.GetBytes(text).Count(octet => lines.Take([octet])));
    }
}
