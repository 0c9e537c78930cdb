using System.Net;

namespace Multivisor.Agent.Tests;

public sealed class BindAddressTests
{
    [Theory]
    [InlineData("0:9002", "0.0.0.0:9002")]
    [InlineData("*:9002", "0.0.0.0:9002")]
    [InlineData(":9003", "0.0.0.0:9003")]
    [InlineData("*", "0.0.0.0:9002")]
    [InlineData("tcp://*:9002", "0.0.0.0:9002")]
    [InlineData("tcp://0:9002", "0.0.0.0:9002")]
    [InlineData("127.0.0.1:9004", "127.0.0.1:9004")]
    [InlineData("10.0.0.1", "10.0.0.1:9002")]
    [InlineData("[::]:9002", "[::]:9002")]
    [InlineData("tcp://[::1]:9002", "[::1]:9002")]
    [InlineData("[::1]", "[::1]:9002")]
    [InlineData("localhost:9002", "127.0.0.1:9002")]
    public async Task TryParse_FormsOfTheOriginal_Resolve(string text, string endPoint)
    {
        Assert.True(BindAddress.TryParse(text, out var address));
        Assert.Equal(IPEndPoint.Parse(endPoint), await address.ResolveAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("host:99999")]
    [InlineData("host:x")]
    [InlineData("host:")]
    [InlineData("::1:9002")]
    [InlineData("[::1:9002")]
    [InlineData("[zz]:1")]
    [InlineData("[::1]x:1")]
    [InlineData("http://host:1")]
    [InlineData("a b:1")]
    public void TryParse_SomethingElse_IsRefused(string text) => Assert.False(BindAddress.TryParse(text, out _));
}
