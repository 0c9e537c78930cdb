using Multivisor.Agent.Calls;

namespace Multivisor.Agent.Tests.Calls;

public sealed class MethodNamesTests
{
    [Fact]
    public void ByBareName_PlugInsThatTakeStandardNames_DoNotWin()
    {
        var names = MethodNames.ByBareName(
            ["multivisor.getPID", "supervisor.getPID", "twiddler.getPID", "zz.listMethods", "system.listMethods", "b.own", "a.own", "twiddler.event_stream", "x.multivisor_agent", "x._hidden", "x.stop", "x.connect"]);
        Assert.Equal(["getPID=supervisor.getPID", "listMethods=system.listMethods", "own=a.own"], names.Select(n => $"{n.Key}={n.Value}"));
    }
}
