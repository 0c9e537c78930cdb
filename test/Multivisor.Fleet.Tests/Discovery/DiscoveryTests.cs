using Microsoft.Extensions.Logging.Abstractions;
using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Discovery;
using Multivisor.Testing;

namespace Multivisor.Fleet.Tests.Discovery;

public sealed class DiscoveryTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvd-");

    private string HostsFile => Path.Combine(_folder.FullName, "hosts.json");

    private string ConfigFile => Path.Combine(_folder.FullName, "multivisor.conf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task File_ThatChanges_BringsAndTakesSupervisors()
    {
        File.WriteAllText(HostsFile, """[{"name": "a", "url": "127.0.0.1:1", "labels": {"site": "hall1"}}, {"name": "written"}]""");
        await using var fleet = new SupervisorFleet(NullLoggerFactory.Instance);
        await fleet.ApplyAsync(Read("[global]\n[supervisor:written]\nurl=127.0.0.1:2\n[discovery:d]\nfile=hosts.json\nperiod=1\nlabels=kind=found\n"));

        Assert.Equal(["written", "a"], fleet.Supervisors.Select(s => s.Name));
        Assert.Equal("127.0.0.1:2", fleet.Supervisors[0].Snapshot.Url);
        Assert.Equal("kind=found, site=hall1", fleet.Supervisors[1].Snapshot.Labels.ToString());
        var kept = fleet.Supervisors[0];

        File.WriteAllText(HostsFile, """[{"name": "b", "url": "http://127.0.0.1:3"}]""");
        await Eventually.IsTrueAsync(() => fleet.Supervisors.Select(s => s.Name).SequenceEqual(["written", "b"]), Limit);
        Assert.Same(kept, fleet.Supervisors[0]);

        // What cannot be read takes nothing away.
        File.WriteAllText(HostsFile, "[{");
        await fleet.ApplyAsync(Read("[global]\n[supervisor:other]\nurl=127.0.0.1:2\n[discovery:d]\nfile=hosts.json\nperiod=1\nlabels=kind=found\n"));
        Assert.Equal(["other", "b"], fleet.Supervisors.Select(s => s.Name));
    }

    [Fact]
    public async Task Dns_Name_MakesASupervisorOfEachAddress()
    {
        await using var fleet = new SupervisorFleet(NullLoggerFactory.Instance);
        await fleet.ApplyAsync(Read("[global]\n[discovery:d]\ndns=http://u:secret@localhost:9001\n"));

        Assert.NotEmpty(fleet.Supervisors);
        Assert.All(fleet.Supervisors, s => Assert.DoesNotContain("secret", s.Snapshot.Url + s.Address, StringComparison.Ordinal));
        Assert.All(fleet.Supervisors, s => Assert.Contains(s.Address, new[] { "127.0.0.1:9001", "[::1]:9001" }));
    }

    [Theory]
    [InlineData("{}", "it is not a list; write [{\"name\": …, \"url\": …}, …]")]
    [InlineData("[1]", "entry 1: it is not an object with a name")]
    [InlineData("""[{"name": "a"}, {"name": "a"}]""", "entry 2: supervisor 'a' is there twice")]
    [InlineData("""[{"name": "a:b"}]""", "entry 1: the supervisor's name 'a:b' contains ':', which separates names; choose a name without it")]
    [InlineData("""[{"name": "a", "url": "zmq://x"}]""", "entry 1: url of supervisor 'a': the text before :// is not a known scheme; write host:port of an agent, tls://, http://, https://, unix:// or ssh://")]
    [InlineData("""[{"name": "a", "labels": {"x": 1}}]""", "entry 1: labels of supervisor 'a': 'x' is not a text")]
    [InlineData("""[{"name": "a", "url": 9002}]""", "entry 1: 'url' is not a text")]
    [InlineData("[", "it is not JSON (line 1)")]
    public void List_Mistake_IsTold(string json, string problem)
    {
        var config = Read("[global]\n[discovery:d]\nfile=hosts.json\n").Discoveries[0];

        Assert.Equal(problem, HostList.Read(System.Text.Encoding.UTF8.GetBytes(json), config).Problem);
    }

    [Theory]
    [InlineData("", "discovery 'd' needs either 'file' or 'dns'")]
    [InlineData("file=a\ndns=b\n", "discovery 'd' needs either 'file' or 'dns'")]
    [InlineData("dns=unix:///s\n", "dns of discovery 'd': a name can only be resolved to hosts of a network")]
    [InlineData("file=a\nperiod=0.1\n", "period of discovery 'd' is not a number of seconds")]
    [InlineData("file=a\nlabels=a b\n", "labels of discovery 'd': the name of a label is made of letters, digits, _ - . and /")]
    public void Section_Mistake_IsAnError(string keys, string problem)
    {
        var result = MultivisorConfig.Parse($"[global]\n[discovery:d]\n{keys}", ConfigFile);

        Assert.Equal(problem, Assert.Single(result.Errors).Problem);
    }

    private MultivisorConfig Read(string text) => MultivisorConfig.Parse(text, ConfigFile) is { IsValid: true } result
        ? result.Config
        : throw new InvalidOperationException("the configuration of this test has errors");
}
