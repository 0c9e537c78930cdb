using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class SupervisorUrlTests
{
    [Theory]
    [InlineData("", "NAME", 9002)]
    [InlineData(":9011", "NAME", 9011)]
    [InlineData(":", "NAME", 9002)]
    [InlineData("host", "host", 9002)]
    [InlineData("host:9007", "host", 9007)]
    [InlineData("tcp://host:9007", "host", 9007)]
    [InlineData("TCP://host", "host", 9002)]
    [InlineData("tcp://", "NAME", 9002)]
    [InlineData("h:", "h", 9002)]
    [InlineData("0:9002", "0", 9002)]
    [InlineData("10.1.2.3:9002", "10.1.2.3", 9002)]
    [InlineData("a.b-c_d.example:1", "a.b-c_d.example", 1)]
    [InlineData("host.example.:9007", "host.example.", 9007)]
    [InlineData("bücher.example", "bücher.example", 9002)]
    [InlineData("h:65535", "h", 65535)]
    [InlineData("h:00080", "h", 80)]
    [InlineData("[::1]:90", "::1", 90)]
    [InlineData("[::1]", "::1", 9002)]
    [InlineData("tcp://[::1]", "::1", 9002)]
    [InlineData("tcp://[fe80::2]:9007", "fe80::2", 9007)]
    public void Read_Address_FillsInWhatIsMissing(string text, string host, int port)
    {
        Assert.Null(SupervisorUrl.Read(text, "NAME", out var url));

        Assert.Equal(new SupervisorUrl("tcp", host, port, text), url);
    }

    [Theory]
    [InlineData("h:123456", "port 123456 does not exist", "choose one from 1 to 65535")]
    [InlineData("h:99999", "port 99999 does not exist", "choose one from 1 to 65535")]
    [InlineData("h:99999999999999999999", "port 99999999999999999999 does not exist", "choose one from 1 to 65535")]
    [InlineData("h:0", "port 0 does not exist", "choose one from 1 to 65535")]
    [InlineData("bad host:1", "' host:1' does not belong there", "write host:port and nothing else")]
    [InlineData("h:90x2", "':90x2' does not belong there", "write host:port and nothing else")]
    [InlineData("h:1:2", "':1:2' does not belong there", "write host:port and nothing else")]
    [InlineData("host/path", "'/path' does not belong there", "write host:port and nothing else")]
    [InlineData("host:9002/", "':9002/' does not belong there", "write host:port and nothing else")]
    [InlineData("a..b", "'.b' does not belong there", "write host:port and nothing else")]
    [InlineData("host # comment", "' # comment' does not belong there", "write host:port and nothing else; a comment needs a line of its own")]
    [InlineData("host:9002 ; the agent", "':9002 ; the agent' does not belong there", "write host:port and nothing else; a comment needs a line of its own")]
    [InlineData("\"host\"", "'\"host\"' does not belong there", "write host:port and nothing else")]
    [InlineData("h:٣", "':٣' does not belong there", "write host:port and nothing else")]
    [InlineData("host\n:9007", "the indented line below it is read as part of it", "remove the indentation of that line")]
    [InlineData("::1", "an IPv6 address must stand in brackets", "write it as in [::1]:9002")]
    [InlineData("fe80::1", "an IPv6 address must stand in brackets", "write it as in [::1]:9002")]
    [InlineData("[::1", "the IPv6 address in brackets is not valid", "write it as in [::1]:9002")]
    [InlineData("[host]:1", "the IPv6 address in brackets is not valid", "write it as in [::1]:9002")]
    [InlineData("[::1]9", "'9' does not belong there", "write host:port and nothing else")]
    [InlineData("*:9002", "* is an address to listen on, not one to connect to", "write the name of the host")]
    [InlineData("user:pw@host:1", "an agent has no user name and password", "write host:port without them, or http:// for supervisord itself")]
    [InlineData("zmq://host", "the text before :// is not a known scheme", "write host:port of an agent, tls://, http://, https://, unix:// or ssh://")]
    [InlineData("http://", "'' is not host:port (an IPv6 address needs brackets: [::1]:9001)", "write http://host:9001 or unix:///run/supervisor.sock")]
    [InlineData("unix://run/s.sock", "a unix URL needs an absolute path: unix:///path/to.sock (three slashes)", "write http://host:9001 or unix:///run/supervisor.sock")]
    [InlineData("ssh://h", "it does not name supervisord's socket", "write ssh://user@host/run/supervisor.sock")]
    [InlineData("ssh://u:pw@h/s", "a password for ssh cannot be given here", "let ssh sign in with a key, as its configuration says")]
    [InlineData("ssh://-oProxyCommand=x@h/s", "the user before the @ is not the name of one", "write ssh://user@host/run/supervisor.sock")]
    [InlineData("ssh://-oProxyCommand/s", "it has no host", "write ssh://user@host/run/supervisor.sock")]
    [InlineData("ssh://h/run/a:b", "'/run/a:b' is not the path of a socket", "write a path without a colon, of 107 characters at most")]
    public void Read_Mistake_IsAProblemWithAdvice(string text, string problem, string advice) =>
        Assert.Equal(new ConfigProblem(problem, advice), SupervisorUrl.Read(text, "NAME", out _));

    [Theory]
    [InlineData("")]
    [InlineData(":9007")]
    public void Read_NoHostAndNameIsNone_IsAProblem(string text) => Assert.Equal(
        new ConfigProblem("it has no host, and 'my server' is not the name of one", "write url = host:port"),
        SupervisorUrl.Read(text, "my server", out _));

    [Theory]
    [InlineData("http://h:9001", "http", "h", 9001, "", null, null)]
    [InlineData("http://u:p%40:w@[::1]:9001/RPC2", "http", "::1", 9001, "", "u", "p@:w")]
    [InlineData("https://h/site/RPC2", "https", "h", 443, "/site/RPC2", null, null)]
    [InlineData("unix:///run/supervisor.sock", "unix", "localhost", 0, "/run/supervisor.sock", null, null)]
    [InlineData("ssh://op@h:2222/run/supervisor.sock", "ssh", "h", 2222, "/run/supervisor.sock", "op", null)]
    [InlineData("SSH://h/s", "ssh", "h", 22, "/s", null, null)]
    public void Read_PlaceOfSupervisordItself_IsTakenApart(string text, string scheme, string host, int port, string path, string? user, string? password)
    {
        Assert.Null(SupervisorUrl.Read(text, "NAME", out var url));

        Assert.Equal((scheme, host, port, path, user, password), (url!.Scheme, url.Host, url.Port, url.Path, url.UserName, url.Password));
        Assert.True(url.IsDirect);
        Assert.DoesNotContain("p%40:w", url.Raw + url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "tcp://NAME:9002 http://NAME:9001")]
    [InlineData("auto://h", "tcp://h:9002 http://h:9001")]
    [InlineData("h:9002, http://u:a,b@h:9001", "tcp://h:9002 http://h:9001")]
    [InlineData("tls://a,unix:///s", "tls://a:9002 unix:///s")]
    public void ReadList_SeveralPlaces_AreAllThere(string text, string urls)
    {
        Assert.Null(SupervisorUrlList.Read(text, "NAME", out var found));

        Assert.Equal(urls, string.Join(' ', found));
    }

    [Theory]
    [InlineData("a,,b", "there is nothing between two commas")]
    [InlineData("auto://h:1", "auto looks at the usual ports and takes none")]
    [InlineData("a,zmq://b", "the text before :// is not a known scheme")]
    public void ReadList_Mistake_IsAProblem(string text, string problem) => Assert.Equal(problem, SupervisorUrlList.Read(text, "NAME", out _)?.What);

    [Fact]
    public void ToString_Ipv6_HasBrackets() => Assert.Equal("tcp://[::1]:9002", new SupervisorUrl("tcp", "::1", 9002, "").ToString());
}
