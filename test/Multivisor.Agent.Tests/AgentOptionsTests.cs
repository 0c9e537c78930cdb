namespace Multivisor.Agent.Tests;

public sealed class AgentOptionsTests
{
    private static readonly BindAddress Anywhere = new("*", 9002);

    [Fact]
    public void TryCreate_EnvironmentOfAListener_IsTaken()
    {
        Assert.True(Try(out var options, out _, ("SUPERVISOR_SERVER_URL", "unix:///s.sock"), ("SUPERVISOR_GROUP_NAME", "g"), ("SUPERVISOR_PROCESS_NAME", "p"), ("SUPERVISOR_USERNAME", "u"), ("SUPERVISOR_PASSWORD", "s3cret")));
        Assert.Equal(("/s.sock", "g", "p", "u", "s3cret"), (options!.Supervisord.SocketPath, options.Group, options.Process, options.Supervisord.UserName, options.Supervisord.Password));
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_OutsideSupervisord_SaysWhatToDo()
    {
        Assert.False(Try(out _, out var problem));
        Assert.StartsWith("multivisor-rpc can only run as supervisor eventlistener", problem, StringComparison.Ordinal);
        Assert.Contains("[eventlistener:multivisor-rpc]", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_SupervisordWithoutHttpServer_SaysSo()
    {
        Assert.False(Try(out _, out var problem, ("SUPERVISOR_ENABLED", "1")));
        Assert.StartsWith("multivisor-rpc can only run as supervisor eventlistener", problem, StringComparison.Ordinal);
        Assert.Contains("[unix_http_server]", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_OddUrl_SaysWhere()
    {
        Assert.False(Try(out _, out var problem, ("SUPERVISOR_SERVER_URL", "what")));
        Assert.Contains("SUPERVISOR_SERVER_URL", problem, StringComparison.Ordinal);
    }

    private static bool Try(out AgentOptions? options, out string problem, params (string Name, string Value)[] variables) =>
        AgentOptions.TryCreate(Anywhere, LogLevel.Info, name => variables.FirstOrDefault(v => v.Name == name).Value, out options, out problem);
}
