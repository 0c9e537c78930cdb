using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Commands;

/// <summary>
/// <c>host</c>: a machine on which Debian's package supervisor was just installed, with our programs in <c>/usr/local/bin</c>. The document
/// does the rest.
/// </summary>
internal sealed class HostPlace : Place
{
    private readonly SupervisordInstance _supervisord;

    private HostPlace()
    {
        _supervisord = SupervisordInstance.Prepare(new SupervisordOptions { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{Folder}/bin:/usr/bin:/bin" } });
        var agent = FreePort.Take();
        // Who says 0 or nothing means every address; a port is all that is not ours to choose.
        foreach (var host in (string[])["0", "*", "localhost", "host1.example", "host1"])
            Means($"{host}:9002", $"{(host.StartsWith("host1", StringComparison.Ordinal) ? "localhost" : host)}:{agent}");
        Directory.CreateDirectory(Path.Combine(Folder, "etc/supervisor/conf.d"));
        _supervisord.WriteConfig($"[supervisorctl]\nserverurl={_supervisord.UnixUrl}\n[include]\nfiles={Folder}/etc/supervisor/conf.d/*.conf\n");
        AddProgram("supervisorctl", $$"""
            /usr/bin/supervisorctl -c {{_supervisord.ConfigFile}} "$@"
            # A person is slower than the start of the agent.
            if [ "$*" = update ] && ls {{Folder}}/etc/supervisor/conf.d/multivisor-rpc.conf >&2; then
              for _ in {1..600}; do (echo >/dev/tcp/127.0.0.1/{{agent}}) 2>/dev/null && exit; sleep 0.1; done
              exit 1
            fi
            """);
    }

    public static async Task<Place> StartAsync()
    {
        var place = new HostPlace();
        await place._supervisord.LaunchAsync();
        return place;
    }

    public override async ValueTask DisposeAsync()
    {
        await _supervisord.DisposeAsync();
        await base.DisposeAsync();
    }
}
