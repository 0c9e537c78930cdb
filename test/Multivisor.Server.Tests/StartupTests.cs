using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Startup;

namespace Multivisor.Server.Tests;

/// <summary>Where the server listens, and how it writes its log.</summary>
public sealed class StartupTests
{
    private const string SignIn = "username=a\npassword=b\n";

    [Theory]
    [InlineData(SignIn, null, "*:22000", null)]
    [InlineData("", null, "localhost:22000", "only this machine")]
    [InlineData("username=a\n", null, "localhost:22000", "only this machine")]
    [InlineData("", "0:8000", "0:8000", "anybody")]
    [InlineData("", ":8000", "*:8000", "anybody")]
    [InlineData("", "localhost:8000", "localhost:8000", null)]
    [InlineData("", "127.0.0.1:8000", "127.0.0.1:8000", null)]
    [InlineData("", "[::1]:8000", "[::1]:8000", null)]
    [InlineData(SignIn, "*:8000", "*:8000", null)]
    public void ListenAddress_FollowsFromBindAndSignIn_AndSaysWhatIsOpen(string global, string? bind, string expected, string? notice)
    {
        var config = MultivisorConfig.Parse($"[global]\n{global}", "x").Config!;

        Assert.True(ListenAddress.TryChoose(bind, config, out var listen, out _));

        Assert.Equal((expected, bind is null), (listen.Bind.ToString(), listen.IsDefault));
        if (notice is null)
            Assert.Null(listen.Notice);
        else
            Assert.Contains(notice, listen.Notice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\r\nERROR 2026 forged: line")]
    [InlineData("one\u2028ERROR forged\u2029\u0085\u001b[2Jline\v\f\0")]
    public void Log_HostileText_StaysOneLine(string text)
    {
        var formatter = new LineFormatter(TimeProvider.System);
        using var writer = new StringWriter();

        formatter.Write(new LogEntry<string>(LogLevel.Warning, $"multivisor.{text}", 1, text, new IOException(text), (state, _) => state), null, writer);

        var line = writer.ToString();
        Assert.Matches("^WARN [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+ multivisor\\..*: one.*\\(IOException: one.*\\)\n$", line);
        Assert.DoesNotContain(line[..^1], c => char.IsControl(c) || c is '\u2028' or '\u2029');
    }
}
