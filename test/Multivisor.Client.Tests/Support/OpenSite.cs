using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Client.Tests.Support;

/// <summary>A real supervisord behind a server that anybody may use. Each test has a group of its own.</summary>
public sealed class OpenSite : IAsyncLifetime
{
    private static readonly string Programs = string.Concat(new[] { "read", "act", "live", "gone" }.Select(group => SupervisordOptions.Sleepers(group, 2)))
        + """

          [program:talks]
          command=/bin/sh -c "echo the first line; echo a warning >&2; exec sleep 100000"
          startsecs=0
          stdout_logfile={dir}/talks.out
          stderr_logfile={dir}/talks.err

          [program:silent]
          command=/bin/sleep 100000
          startsecs=0
          stdout_logfile=NONE
          stderr_logfile=NONE

          [program:broken]
          command=/no/such/program
          autostart=false
          stdout_logfile=NONE
          stderr_logfile=NONE

          """;

    private SupervisordInstance? _supervisord;
    private ServerProcess? _server;

    internal ServerProcess Server => _server!;

    internal SupervisordInstance Supervisord => _supervisord!;

    internal MultivisorClient Connect() => new(new MultivisorClientOptions { Url = ServerUrl.Parse($"127.0.0.1:{Server.Port}") });

    public async ValueTask InitializeAsync()
    {
        _supervisord = await Site.StartAsync("one", Programs);
        _server = await ServerProcess.StartAsync(("one", _supervisord.AgentPort));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_supervisord is not null)
            await _supervisord.DisposeAsync();
    }
}
