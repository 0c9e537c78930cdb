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
    [InlineData("host # comment", "' # comment' does not belong there", "write host:port and nothing else")]
    [InlineData("\"host\"", "'\"host\"' does not belong there", "write host:port and nothing else")]
    [InlineData("h:٣", "':٣' does not belong there", "write host:port and nothing else")]
    [InlineData("host\n:9007", "the indented line below it is read as part of it", "remove the indentation of that line")]
    [InlineData("::1", "an IPv6 address must stand in brackets", "write it as in [::1]:9002")]
    [InlineData("fe80::1", "an IPv6 address must stand in brackets", "write it as in [::1]:9002")]
    [InlineData("[::1", "the IPv6 address in brackets is not valid", "write it as in [::1]:9002")]
    [InlineData("[host]:1", "the IPv6 address in brackets is not valid", "write it as in [::1]:9002")]
    [InlineData("[::1]9", "'9' does not belong there", "write host:port and nothing else")]
    [InlineData("*:9002", "* is an address to listen on, not one to connect to", "write the name of the host")]
    [InlineData("user:pw@host:1", "an agent has no user name and password", "write host:port without them")]
    [InlineData("zmq://host", "the text before :// is not a known scheme", "write host:port or tls://host:port")]
    [InlineData("http://x.y/z", "direct links to supervisord are not supported by this version", "use host:port of multivisor-rpc")]
    [InlineData("https://h:9001", "direct links to supervisord are not supported by this version", "use host:port of multivisor-rpc")]
    [InlineData("unix:///run/s.sock", "direct links to supervisord are not supported by this version", "use host:port of multivisor-rpc")]
    [InlineData("ssh://h", "direct links to supervisord are not supported by this version", "use host:port of multivisor-rpc")]
    public void Read_Mistake_IsAProblemWithAdvice(string text, string problem, string advice) =>
        Assert.Equal(new ConfigProblem(problem, advice), SupervisorUrl.Read(text, "NAME", out _));

    [Theory]
    [InlineData("")]
    [InlineData(":9007")]
    public void Read_NoHostAndNameIsNone_IsAProblem(string text) => Assert.Equal(
        new ConfigProblem("it has no host, and 'my server' is not the name of one", "write url = host:port"),
        SupervisorUrl.Read(text, "my server", out _));

    [Fact]
    public void ToString_Ipv6_HasBrackets() => Assert.Equal("tcp://[::1]:9002", new SupervisorUrl("tcp", "::1", 9002, "").ToString());
}
