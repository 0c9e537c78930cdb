using System.Security.Cryptography.X509Certificates;
using Multivisor.Agent.Tls;

namespace Multivisor.Agent.Tests.Tls;

public sealed class InitTlsTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("mvit-");

    private string Folder => Path.Combine(_parent.FullName, "tls");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public void TryRun_NewFolder_WritesPrivateFilesAndTellsWhatToDo()
    {
        var told = InitTls.TryRun(Folder, "host1,10.0.0.5,fe80::1", TimeProvider.System, out var problem);

        Assert.Equal("", problem);
        string[] files = ["agent-host1.key", "agent-host1.pem", "ca.key", "ca.pem", "server.key", "server.pem", "token"];
        Assert.Equal(files, Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var file in Directory.EnumerateFiles(Folder))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        Assert.Contains("--tls-cert /etc/multivisor/agent-host1.pem", told, StringComparison.Ordinal);
        Assert.Contains("url = tls://host1:9002", told, StringComparison.Ordinal);
        Assert.DoesNotContain(File.ReadAllText(Path.Combine(Folder, "token")).Trim(), told, StringComparison.Ordinal);
        using var agent = X509Certificate2.CreateFromPemFile(Path.Combine(Folder, "agent-host1.pem"), Path.Combine(Folder, "agent-host1.key"));
        Assert.True(agent.MatchesHostname("host1") && agent.MatchesHostname("10.0.0.5") && agent.MatchesHostname("fe80::1"));
        Assert.False(agent.MatchesHostname("host2"));
    }

    [Fact]
    public void TryRun_Again_MakesOneMoreAgentOfTheSameCa()
    {
        Assert.NotNull(InitTls.TryRun(Folder, "host1", TimeProvider.System, out _));
        var before = File.ReadAllText(Path.Combine(Folder, "server.pem"));

        Assert.NotNull(InitTls.TryRun(Folder, "host2", TimeProvider.System, out var problem));

        Assert.Equal("", problem);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Folder, "server.pem")));
        using var ca = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Folder, "ca.pem"));
        using var agent = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Folder, "agent-host2.pem"));
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { ca } } };
        Assert.True(chain.Build(agent));
    }

    [Fact]
    public void TryRun_SameAgentAgain_OverwritesNothing()
    {
        Assert.NotNull(InitTls.TryRun(Folder, "host1", TimeProvider.System, out _));
        var before = File.ReadAllText(Path.Combine(Folder, "agent-host1.pem"));

        Assert.Null(InitTls.TryRun(Folder, "host1", TimeProvider.System, out var problem));

        Assert.Contains("agent-host1.pem is there already", problem, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Folder, "agent-host1.pem")));
    }

    [Fact]
    public void TryRun_FolderWithSomeOfTheFiles_OverwritesNothing()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "ca.pem"), "mine");

        Assert.Null(InitTls.TryRun(Folder, "host1", TimeProvider.System, out var problem));

        Assert.Contains("has ca.pem and lacks the rest", problem, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(Folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host 1")]
    [InlineData("../up")]
    public void TryRun_WrongName_SaysSo(string names)
    {
        Assert.Null(InitTls.TryRun(Folder, names, TimeProvider.System, out var problem));
        Assert.StartsWith("--tls-name", problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void TryRun_NoNames_TakesThoseOfThisMachine()
    {
        Assert.NotNull(InitTls.TryRun(Folder, null, TimeProvider.System, out _));

        var file = Assert.Single(Directory.EnumerateFiles(Folder, "agent-*.pem"));
        using var agent = X509CertificateLoader.LoadCertificateFromFile(file);
        Assert.True(agent.MatchesHostname("localhost") && agent.MatchesHostname("127.0.0.1"));
    }
}
