using Multivisor.Cli.Commands;
using Multivisor.Contract;

namespace Multivisor.Cli.Tests;

/// <summary>What <c>doctor</c> says of a supervisor.</summary>
public sealed class ExaminationTests
{
    private static readonly LinkJson Good = new() { Kind = "agent", Agent = "multivisor-rpc", AgentVersion = "1.2.0", Protected = true, State = "connected" };

    public static TheoryData<string, string, LinkJson, string> Cases { get; } = new()
    {
        { "connection refused at h:9002", "is multivisor-rpc running there", Good with { State = "lost", Error = "one: connection refused at h:9002 (is multivisor-rpc running there?)" }, "4.2.5" },
        { "loses events", "install multivisor-rpc", Good with { Kind = "original" }, "4.2.5" },
        { "asked only every 12 s", "look at the load", Good with { Slow = true, PollPeriod = 12 }, "4.2.5" },
        { "clock is 90 s behind", "NTP", Good with { ClockDifference = -90 }, "4.2.5" },
        { "CVE-2017-11610", "3.3.3 or newer", Good, "3.3.2" },
        { "its agent is 1.1.9, older", "replace multivisor-rpc", Good with { AgentVersion = "1.1.9" }, "4.2.5" },
        { "not protected", "tls://", Good with { Protected = false }, "4.2.5" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_SomethingOdd_SaysWhatAndWhatToDo(string what, string advice, LinkJson link, string version)
    {
        var finding = Assert.Single(Examination.Of(new SupervisorJson { Name = "one", Running = link.State != "lost", Link = link, SupervisorVersion = version }, "1.2.0"));

        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.Contains(advice, finding.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain("one: ", finding.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.0.1")]
    [InlineData("3.1.4")]
    [InlineData("3.2.4")]
    [InlineData("3.3.3")]
    [InlineData("3.4.0")]
    [InlineData("4.2.5")]
    [InlineData("5.0.0.dev0")]
    public void Of_AllIsWell_SaysNothing(string version) =>
        Assert.Empty(Examination.Of(new SupervisorJson { Name = "one", Running = true, Link = Good, SupervisorVersion = version }, "1.2.0"));

    [Theory]
    [InlineData("3.0b2")]
    [InlineData("3.0.0")]
    [InlineData("3.1.3")]
    [InlineData("3.2.0")]
    public void Of_OldSupervisord_WarnsOfTheHole(string version) =>
        Assert.Contains(Examination.Of(new SupervisorJson { Name = "one", Running = true, Link = Good, SupervisorVersion = version }, "1.2.0"), f => f.What.Contains("CVE", StringComparison.Ordinal));
}
