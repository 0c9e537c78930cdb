using Multivisor.Fleet.Configuration;
using Multivisor.Testing;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class ExampleTests
{
    [Fact]
    public void Load_FullExample_HasThreeSupervisorsAndNoWarning()
    {
        var result = MultivisorConfig.Load(Path.Combine(TestData.RepositoryRoot, "examples", "full", "multivisor.conf"));

        Assert.Empty(result.Errors);
        Assert.Empty(result.Config!.Warnings);
        Assert.Equal("PE Lab", result.Config.Name);
        Assert.Equal(
            ["lid001 tcp://localhost:9012", "lid002 tcp://localhost:9022", "baslid001 tcp://localhost:9032"],
            result.Config.Supervisors.Select(supervisor => $"{supervisor.Name} {supervisor.Endpoint}"));
    }
}
