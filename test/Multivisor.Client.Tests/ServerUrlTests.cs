namespace Multivisor.Client.Tests;

public sealed class ServerUrlTests
{
    [Theory]
    [InlineData("lid001", "http://lid001:22000/")]
    [InlineData("lid001:80", "http://lid001/")]
    [InlineData("lid001:8080", "http://lid001:8080/")]
    [InlineData("http://lid001", "http://lid001:22000/")]
    [InlineData("http://lid001:80", "http://lid001/")]
    [InlineData("https://lid001", "https://lid001/")]
    [InlineData("https://lid001:22000/", "https://lid001:22000/")]
    [InlineData("https://lid001/multivisor", "https://lid001/multivisor/")]
    [InlineData("http://lid001/multivisor/", "http://lid001/multivisor/")]
    [InlineData("[::1]", "http://[::1]:22000/")]
    [InlineData("[::1]:8080", "http://[::1]:8080/")]
    [InlineData("  lid001  ", "http://lid001:22000/")]
    public void Parse_AsPeopleWriteIt_IsAnAddress(string text, string url) => Assert.Equal(url, ServerUrl.Parse(text).AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData("ftp://lid001")]
    [InlineData("http://")]
    [InlineData("lid001:port")]
    [InlineData("lid001:70000")]
    public void Parse_NoAddress_SaysWhatIsOne(string text) =>
        Assert.Contains("write host, host:port or https://", Assert.Throws<FormatException>(() => ServerUrl.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_Password_IsNotEchoed() =>
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => ServerUrl.Parse("http://me:secret@lid001")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("lid001", "lid001:22000")]
    [InlineData("https://lid001", "https://lid001")]
    [InlineData("https://lid001:8443/mv", "https://lid001:8443/mv")]
    public void Describe_Url_IsShort(string text, string described) => Assert.Equal(described, ServerUrl.Describe(ServerUrl.Parse(text)));
}
