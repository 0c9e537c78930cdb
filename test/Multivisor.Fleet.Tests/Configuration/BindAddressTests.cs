using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class BindAddressTests
{
    [Theory]
    [InlineData("", "*:22000")]
    [InlineData("*", "*:22000")]
    [InlineData("*:80", "*:80")]
    [InlineData(":8080", "*:8080")]
    [InlineData("localhost", "localhost:22000")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("0", "0:22000")]
    [InlineData("0:22000", "0:22000")]
    [InlineData("[::]", "[::]:22000")]
    [InlineData("[::1]:99", "[::1]:99")]
    [InlineData(" host:1 ", "host:1")]
    public void TryParse_Address_FillsInWhatIsMissing(string text, string expected)
    {
        Assert.True(BindAddress.TryParse(text, BindAddress.Everywhere, out var address, out var error), error);

        Assert.Equal(expected, address.ToString());
    }

    [Fact]
    public void TryParse_PortOnlyWithoutSignIn_StaysOnThisMachine()
    {
        Assert.True(BindAddress.TryParse(":8080", BindAddress.ThisMachine, out var address, out _));

        Assert.Equal(new BindAddress("localhost", 8080), address);
    }

    [Theory]
    [InlineData("22000", "'22000' is not an address to listen on: a port needs a colon; write :22000")]
    [InlineData("host:70000", "'host:70000' is not an address to listen on: port 70000 does not exist; choose one from 1 to 65535")]
    [InlineData("tcp://*:1", "'tcp://*:1' is not an address to listen on: it has a scheme; write host:port, for example localhost:22000")]
    [InlineData("::", "'::' is not an address to listen on: an IPv6 address must stand in brackets; write it as in [::1]:9002")]
    [InlineData("*x", "'*x' is not an address to listen on: 'x' does not belong there; write host:port and nothing else")]
    [InlineData("a b", "'a b' is not an address to listen on: ' b' does not belong there; write host:port and nothing else")]
    public void TryParse_Mistake_SaysWhatToDo(string text, string expected)
    {
        Assert.False(BindAddress.TryParse(text, BindAddress.Everywhere, out _, out var error));

        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.8.8", true)]
    [InlineData("::1", true)]
    [InlineData("*", false)]
    [InlineData("0", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("myhost", false)]
    public void IsThisMachineOnly_Host_IsTrueForLoopbackAlone(string host, bool expected) =>
        Assert.Equal(expected, new BindAddress(host, 1).IsThisMachineOnly);
}
