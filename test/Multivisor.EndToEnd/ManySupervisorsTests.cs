using System.Text;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>The original crashes at start with more than 512 supervisors under the usual limit of descriptors, and with 1,024 always.</summary>
public sealed class ManySupervisorsTests
{
    private const int Count = 1100;

    [Fact]
    public async Task ServerWith1100SupervisorsAndASoftLimitOf1024Descriptors_StartsAndShowsThemAll()
    {
        await using var agent = new CrowdedAgent(Count + 100);
        await using var server = await ServerProcess.StartAsync(Config(agent.Port), softLimit: 1024);

        var supervisors = await Eventually.BecomesAsync(
            async () => (await server.Api.SupervisorsAsync()).Values.Count(s => s.Running), running => running == Count, TimeSpan.FromSeconds(30));

        Assert.Equal(Count, supervisors);
        Assert.Equal(Count, agent.ConnectionCount);
    }

    [Fact]
    public async Task ServerWithTooFewDescriptorsAllowed_SaysAtStartWhatIsNotEnough()
    {
        await using var agent = new CrowdedAgent(Count);
        await using var server = await ServerProcess.StartAsync(Config(agent.Port), softLimit: 600, hardLimit: 600);

        Assert.Contains("600 file descriptors are allowed, 1100 supervisors need about", server.Log, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE", server.Log, StringComparison.Ordinal);
        // And it goes on: those that fit are shown, the API answers.
        var supervisors = (await server.Api.SupervisorsAsync()).Values;
        Assert.Equal(Count, supervisors.Count());
        Assert.Equal(300, supervisors.Count(s => s.Running));
        Assert.Contains("ulimit -n", supervisors.First(s => !s.Running).Link!.Error, StringComparison.Ordinal);
    }

    private static string Config(int port)
    {
        var config = new StringBuilder("[global]\n");
        for (var i = 0; i < Count; i++)
            config.Append($"[supervisor:s{i}]\nurl=127.0.0.1:{port}\n");
        return config.ToString();
    }
}
