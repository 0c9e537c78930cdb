using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class DirectConfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvc-");

    private string ConfigFile => Path.Combine(_folder.FullName, "multivisor.conf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Credentials_OfEachKind_AreRead()
    {
        var config = Read("""
            [global]
            [supervisor:a]
            url = http://h:9001
            username = op
            password_file = secret.txt
            [supervisor:b]
            url = unix:///run/s.sock
            username = op
            password = pw
            labels = site=hall1, beamline=id10, spare
            """).Config!;

        Assert.Equal(new CredentialsConfig("op", null, Path.Combine(_folder.FullName, "secret.txt"), null), config.Supervisors[0].Credentials);
        Assert.Equal("pw", config.Supervisors[1].Credentials.Password);
        Assert.Equal("beamline=id10, site=hall1, spare", config.Supervisors[1].Labels.ToString());
        Assert.DoesNotContain("pw", config.Supervisors[1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("url=http://u:p@h:1\nusername=a\npassword=b", "supervisor 's' has 'username' beside the credentials in its url")]
    [InlineData("url=http://h:1\nusername=a\npassword=b\npassword_env=c", "supervisor 's' has 'password' and 'password_env'")]
    [InlineData("url=http://h:1\npassword=b", "supervisor 's' has 'password' but no 'username'")]
    [InlineData("url=http://h:1\nusername=b", "supervisor 's' has 'username' but no password")]
    [InlineData("url=http://h:1\ntls_ca=ca.pem", "'tls_ca' of supervisor 's' needs a url with https://")]
    [InlineData("url=https://h:1\ntoken_file=t", "'token_file' of supervisor 's' needs a url with tls://")]
    [InlineData("labels=a=1,a=2", "labels of supervisor 's': label 'a' is there twice")]
    public void Supervisor_Mistake_IsAnError(string keys, string problem)
    {
        var error = Assert.Single(Read($"[global]\n[supervisor:s]\n{keys}\n").Errors);

        Assert.Equal(problem, error.Problem);
        Assert.True(error.Line > 1);
    }

    [Fact]
    public void Supervisor_PasswordForAnAgent_IsIgnoredAsByTheOriginal()
    {
        var result = Read("[global]\n[supervisor:s]\nurl=h:9002\nusername=a\npassword=b\n");

        Assert.StartsWith("'username' of supervisor 's' has no effect", Assert.Single(result.Config!.Warnings).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Include_FilesOfAFolder_AreReadByNameWithTheirOwnLines()
    {
        var folder = _folder.CreateSubdirectory("conf.d").FullName;
        File.WriteAllText(Path.Combine(folder, "2.conf"), "[supervisor:two]\n");
        File.WriteAllText(Path.Combine(folder, "1.conf"), "[supervisor:one]\nurl=tls://one\ntls_ca=own.pem\n");
        File.WriteAllText(Path.Combine(folder, "x.txt"), "[global]\n");

        var config = Read("[global]\ninclude=conf.d/*.conf\ntls_cert=c.pem\ntls_key=k.pem\n[supervisor:main]\n").Config!;

        Assert.Equal(["main", "one", "two"], config.Supervisors.Select(s => s.Name));
        // Each path counts from the file that it stands in.
        Assert.Equal((Path.Combine(folder, "own.pem"), Path.Combine(_folder.FullName, "c.pem")), (config.Supervisors[1].Tls!.CaFile, config.Supervisors[1].Tls!.CertificateFile));
    }

    [Fact]
    public void Include_Mistakes_NameTheirFile()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "a.conf"), "[supervisor:main]\n[user:x]\n");

        var result = Read("[global]\ninclude=a.conf, missing.conf, */b.conf\n[supervisor:main]\n");

        Assert.Equal(4, result.Errors.Length);
        Assert.Contains(result.Errors, e => e is { Line: 1, Problem: var p } && e.File.EndsWith("a.conf", StringComparison.Ordinal) && p.Contains("is there twice", StringComparison.Ordinal));
        Assert.Contains(result.Errors, e => e.Problem == "section [user:x] cannot stand in an included file");
        Assert.Contains(result.Errors, e => e.Problem.Contains("missing.conf does not exist", StringComparison.Ordinal));
        Assert.Contains(result.Errors, e => e.Problem.Contains("wildcard in the name of a folder", StringComparison.Ordinal));
    }

    private ConfigResult Read(string text) => MultivisorConfig.Parse(text, ConfigFile);
}
