using CsCheck;

namespace Multivisor.Supervisord.Tests;

public sealed class SupervisordUrlTests
{
    [Theory]
    [InlineData("unix:///run/supervisor.sock", "unix:///run/supervisor.sock")]
    [InlineData("unix:///a path/s.sock", "unix:///a path/s.sock")]
    [InlineData("http://localhost:9001", "http://localhost:9001")]
    [InlineData("HTTP://host:9001/", "http://host:9001")]
    [InlineData("http://host:9001/RPC2", "http://host:9001")]
    [InlineData("http://host/sub/RPC2", "http://host:80/sub/RPC2")]
    [InlineData("http://[::1]:9001", "http://[::1]:9001")]
    [InlineData("https://host", "https://host:443")]
    [InlineData(" http://user:secret@host:9001 ", "http://host:9001")]
    public void Parse_Url_IsShownWithoutCredentials(string text, string shown) => Assert.Equal(shown, SupervisordUrl.Parse(text).ToString());

    [Theory]
    [InlineData("http://u:p@h:1", "u", "p")]
    [InlineData("http://u@h:1", "u", "")]
    [InlineData("http://u:p%40%3A%2F@h:1/RPC2", "u", "p@:/")]
    [InlineData("http://u:a@b:c/d@h:1", "u", "a@b:c/d")]
    [InlineData("http://h:1", null, null)]
    public void Parse_Credentials_AreDecoded(string text, string? user, string? password)
    {
        var url = SupervisordUrl.Parse(text);
        Assert.Equal((user, password, "h", 1), (url.UserName, url.Password, url.Host, url.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:9001")]
    [InlineData("ftp://host:1")]
    [InlineData("unix://run/s.sock")]
    [InlineData("http://")]
    [InlineData("http://host:99999")]
    [InlineData("http://host:0")]
    [InlineData("http://host:abc")]
    [InlineData("http://::1:9001")]
    [InlineData("http://[::1:9001")]
    [InlineData("http://a b:1")]
    public void TryParse_SomethingElse_IsRefusedWithAReason(string text)
    {
        Assert.False(SupervisordUrl.TryParse(text, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void TryParse_AnyText_NeverShowsThePassword() => Gen.String.Sample(text =>
    {
        if (!SupervisordUrl.TryParse($"http://u:s3cr3t@{text}", out var url, out var problem))
            Assert.DoesNotContain("s3cr3t", problem, StringComparison.Ordinal);
        else
            Assert.DoesNotContain("s3cr3t", url.ToString(), StringComparison.Ordinal);
    });
}
