using System.Net;
using System.Net.Sockets;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Client.Tests;

/// <summary>What a person is told when it does not work.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Get_NobodyListens_SaysWhereAndAsks()
    {
        var port = FreePort.Take();

        var error = await FailAsync($"127.0.0.1:{port}");

        Assert.Equal(MultivisorProblem.Unreachable, error.Problem);
        Assert.Equal($"127.0.0.1:{port}: connection refused (is multivisor running there?)", error.Message);
    }

    [Fact]
    public async Task Get_UnknownHost_SaysSo()
    {
        var error = await FailAsync("no-such-host.invalid");

        Assert.Equal(MultivisorProblem.Unreachable, error.Problem);
        Assert.Contains("there is no host called no-such-host.invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_AcceptsAndSaysNothing_TimesOut()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var error = await FailAsync($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", limit: TimeSpan.FromMilliseconds(300));

        Assert.Equal(MultivisorProblem.TimedOut, error.Problem);
        Assert.EndsWith("no answer within 0.3 s", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>hello</html>", "200 OK")]
    [InlineData("<html>not here</html>", "404 Not Found")]
    [InlineData("", "302 Found")]
    public async Task Get_AnotherWebServer_SaysThatItIsNone(string body, string status)
    {
        await using var other = new OneAnswerServer(body, status);

        var error = await FailAsync($"127.0.0.1:{other.Port}");

        Assert.Equal(MultivisorProblem.Unreachable, error.Problem);
        Assert.Contains("does not look like a Multivisor server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_TlsOnAPlainPort_SaysSo()
    {
        await using var server = await ServerProcess.StartAsync();

        var error = await FailAsync($"https://127.0.0.1:{server.Port}");

        Assert.Equal(MultivisorProblem.Unreachable, error.Problem);
        Assert.Contains("no HTTPS port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_SignInIsWanted_SaysHowAndThenWorks()
    {
        await using var server = await ServerProcess.StartAsync(ServerProcess.Configuration("[user:eva]\npassword=correct horse\nrole=viewer\nscope=lid*\n"));
        using var client = new MultivisorClient(new MultivisorClientOptions { Url = ServerUrl.Parse($"127.0.0.1:{server.Port}") });

        var stranger = await Assert.ThrowsAsync<MultivisorException>(() => client.GetSiteAsync());
        var wrong = await Assert.ThrowsAsync<MultivisorException>(() => client.SignInAsync("eva", "wrong"));
        await client.SignInAsync("eva", "correct horse");
        var account = await client.GetAccountAsync();
        var tooMuch = await Assert.ThrowsAsync<MultivisorException>(() => client.ReloadConfigurationAsync());
        using var later = new MultivisorClient(client.Options with { Session = client.Session });
        var known = await later.GetAccountAsync();
        await client.SignOutAsync();
        var left = await Assert.ThrowsAsync<MultivisorException>(() => client.GetSiteAsync());

        Assert.Equal(MultivisorProblem.NotSignedIn, stranger.Problem);
        Assert.Contains("sign in first", stranger.Message, StringComparison.Ordinal);
        Assert.Equal(MultivisorProblem.Refused, wrong.Problem);
        Assert.Contains("Invalid username or password", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(("eva", "viewer"), (account.Name, account.Role));
        Assert.Equal(MultivisorProblem.NotAllowed, tooMuch.Problem);
        Assert.Equal("eva", known.Name);
        Assert.Equal(MultivisorProblem.NotSignedIn, left.Problem);
    }

    [Fact]
    public async Task Get_UnknownToken_SaysWhatMakesOne()
    {
        await using var server = await ServerProcess.StartAsync(ServerProcess.Configuration("[user:eva]\npassword=correct horse\nrole=viewer\n"));
        using var client = new MultivisorClient(new MultivisorClientOptions { Url = ServerUrl.Parse($"127.0.0.1:{server.Port}"), Token = "mvt_wrong" });

        var error = await Assert.ThrowsAsync<MultivisorException>(() => client.GetSiteAsync());

        Assert.Equal(MultivisorProblem.NotSignedIn, error.Problem);
        Assert.Contains("create-token", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("mvt_wrong", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<MultivisorException> FailAsync(string url, TimeSpan? limit = null)
    {
        using var client = new MultivisorClient(new MultivisorClientOptions { Url = ServerUrl.Parse(url), Timeout = limit ?? TimeSpan.FromSeconds(30) });
        return await Assert.ThrowsAsync<MultivisorException>(() => client.GetSiteAsync());
    }
}
