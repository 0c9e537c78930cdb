using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class TlsReaderTests
{
    private const string Fingerprint = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    [Fact]
    public void Parse_KeysOfGlobal_ProtectEveryTlsLinkAndNoOther()
    {
        var config = Valid("""
            [global]
            tls_ca = ca.pem
            tls_cert = server.pem
            tls_key = /keys/server.key
            token_file = ../token
            [supervisor:a]
            url = tls://a:9003
            [supervisor:b]
            url = b:9002
            [supervisor:c]
            url = TLS://
            tls_ca = own.pem
            token_file =
            """);

        Assert.Equal(
            new TlsConfig("/etc/mv/ca.pem", "/etc/mv/server.pem", "/keys/server.key", "/etc/token", ""), config.Supervisors[0].Tls);
        Assert.Equal("tls://a:9003", config.Supervisors[0].Endpoint.ToString());
        Assert.Null(config.Supervisors[1].Tls);
        Assert.Equal(new TlsConfig("/etc/mv/own.pem", "/etc/mv/server.pem", "/keys/server.key", null, ""), config.Supervisors[2].Tls);
        Assert.Equal("tls://c:9002", config.Supervisors[2].Endpoint.ToString());
        Assert.Empty(config.Warnings);
        Assert.All(config.Global.Where(key => key.Name != "name"), key => Assert.True(key.IsSecret));
    }

    [Fact]
    public void Parse_Fingerprints_AreMadeAlike()
    {
        var colons = string.Join(':', Fingerprint.ToUpperInvariant().Chunk(2).Select(pair => new string(pair)));
        var config = Valid($"[global]\n[supervisor:a]\nurl = tls://a\ntls_fingerprint = {colons}, {new string('f', 64)}\n");

        Assert.Equal($"{Fingerprint},{new string('f', 64)}", config.Supervisors[0].Tls!.Fingerprints);
    }

    [Theory]
    [InlineData("url = a:9003\ntoken_file = t", "/etc/mv/x.conf:4: 'token_file' of supervisor 'a' needs a url with tls://; write url = tls://a:9003, or remove it")]
    [InlineData("url = tls://a\ntls_cert = c.pem", "/etc/mv/x.conf:4: supervisor 'a' has 'tls_cert' but no 'tls_key'; add 'tls_key', or remove 'tls_cert'")]
    [InlineData("url = tls://a\ntls_fingerprint = abc", "/etc/mv/x.conf:4: tls_fingerprint of supervisor 'a' is no SHA-256 of a certificate; write 64 hexadecimal digits, as the agent logs them at its start; colons may be between them")]
    [InlineData("url = tls://a\ntls_ca = c.pem\n  more", "/etc/mv/x.conf:4: tls_ca of supervisor 'a' is no path of a file; write one line, for example /etc/multivisor/ca.pem")]
    public void Parse_Mistake_IsAnError(string keys, string expected)
    {
        var result = MultivisorConfig.Parse($"[global]\n[supervisor:a]\n{keys}\n", "/etc/mv/x.conf");

        Assert.Equal(expected, Assert.Single(result.Errors).ToString());
    }

    private static MultivisorConfig Valid(string text)
    {
        var result = MultivisorConfig.Parse(text, "/etc/mv/x.conf");
        Assert.Empty(result.Errors);
        return result.Config!;
    }
}
