namespace Multivisor.Agent.Tests;

public sealed class MethodAccessTests
{
    [Theory]
    [InlineData(false, null, "startProcess", true)]
    [InlineData(true, null, "startProcess", false)]
    [InlineData(true, null, "getAllProcessInfo", true)]
    [InlineData(true, null, "reloadConfig", false)]
    [InlineData(true, null, "multicall", false)]
    [InlineData(false, "startProcess, supervisor.stopProcess", "startProcess", true)]
    [InlineData(false, "startProcess, supervisor.stopProcess", "stopProcess", true)]
    [InlineData(false, "startProcess, supervisor.stopProcess", "shutdown", false)]
    [InlineData(false, "startProcess, supervisor.stopProcess", "tailProcessStdoutLog", true)]
    [InlineData(true, "startProcess", "startProcess", true)]
    [InlineData(true, "startProcess", "stopProcess", false)]
    public void Allows_ByOptions_ReadsAlwaysAndTheRestAsNamed(bool readOnly, string? allow, string method, bool expected)
    {
        var access = MethodAccess.TryCreate(readOnly, allow, out var problem);

        Assert.Equal("", problem);
        Assert.Equal(expected, access!.Allows(method, (method == "multicall" ? "system." : "supervisor.") + method));
    }

    [Fact]
    public void Allows_PluginWithTheNameOfARead_IsNoRead() =>
        Assert.False(MethodAccess.TryCreate(true, null, out _)!.Allows("getState", "twiddler.getState"));

    [Theory]
    [InlineData(" , ", "names no method")]
    [InlineData("multicall", "would allow every method")]
    [InlineData("system.multicall", "would allow every method")]
    [InlineData("stop process", "is no name of a method")]
    public void TryCreate_WrongAllow_SaysWhy(string allow, string expected)
    {
        Assert.Null(MethodAccess.TryCreate(false, allow, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_NamesThatSupervisordLacks_AreTold() =>
        Assert.Equal(["stopProces"], MethodAccess.TryCreate(false, "startProcess,stopProces", out _)!.Unknown(Multivisor.Agent.Calls.MethodNames.Standard));
}
