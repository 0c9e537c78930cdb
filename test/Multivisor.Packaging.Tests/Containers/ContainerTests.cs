using System.Text.Json.Nodes;
using Multivisor.Packaging.Tests.Debian;
using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Containers;

/// <summary>No engine runs here: the steps of the Dockerfile and of docker-compose.yml are executed outside a container.</summary>
public sealed class ContainerTests(Release release)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The demo of docker-compose.yml: its hosts and its server with their users, entry points, commands, names and health checks.</summary>
    [Fact]
    public async Task Compose_ItsServices_ShowTheDemo()
    {
        Assert.SkipUnless(Machine.Missing is null, $"not run: {Machine.Missing}");
        var services = (await Yaml.ReadAsync("docker-compose.yml"))[0]!["services"]!.AsObject();
        var (server, agent, demo) = (await ImageFile.ReadAsync("server"), await ImageFile.ReadAsync("agent"), await ImageFile.ReadAsync("demo"));
        var hosts = services.Where(service => (string?)service.Value!["build"]!["target"] == "demo").ToArray();
        await using var machine = await Machine.StartAsync();
        await InstallAsync(machine, [.. hosts.Select(host => host.Key)]);

        foreach (var (index, (_, service)) in hosts.Index())
        {
            // Each container has an address of its own, and so has each host here.
            await StartAsync(machine, $"--setenv=DEMO_BIND=127.0.0.{index + 2}", agent.User, [.. demo.EntryPoint, .. Words(service!["command"])]);
        }

        var mount = Assert.Single(Words(services["multivisor"]!["volumes"])).Split(':');
        await machine.CopyAsync(Path.Combine(Release.Root, mount[0]), mount[1]);
        await machine.RunAsync("chmod 644 /etc/multivisor.conf");
        // read_only: true
        await StartAsync(machine, "-p ProtectSystem=strict", server.User, [.. server.EntryPoint, .. server.Command]);

        await EventuallyAsync(machine, string.Join(' ', server.HealthCheck));
        foreach (var (name, service) in hosts)
            await EventuallyAsync(machine, string.Join(' ', Words(service!["healthcheck"]!["test"]).Skip(1)));
        var port = Assert.Single(Words(services["multivisor"]!["ports"])).Split(':')[^1];
        await Eventually.BecomesAsync(
            async () => Processes(await machine.RunAsync($"curl -sSf http://localhost:{port}/api/data")), count => count == (3, 26), Limit, TimeSpan.FromMilliseconds(200));
    }

    /// <summary>A supervisord of the agent's image, as it is before anybody adds programs.</summary>
    [Fact]
    public async Task AgentImage_ItsSupervisord_RunsTheAgent()
    {
        Assert.SkipUnless(Machine.Missing is null, $"not run: {Machine.Missing}");
        var agent = await ImageFile.ReadAsync("agent");
        await using var machine = await Machine.StartAsync();
        await InstallAsync(machine, []);
        await machine.RunAsync("rm -f /etc/supervisor/conf.d/*");
        await machine.CopyAsync(Path.Combine(Release.Root, "packaging/supervisor/multivisor-rpc.conf"), "/etc/supervisor/conf.d/");
        await machine.CopyAsync(Path.Combine(Release.Root, "packaging/container/supervisord.conf"), "/etc/supervisor/supervisord.conf");
        await StartAsync(machine, "", agent.User, agent.EntryPoint);
        await EventuallyAsync(machine, string.Join(' ', agent.HealthCheck));
    }

    /// <summary>Every file that the Dockerfile copies from here is here, and is not kept from the engine.</summary>
    [Fact]
    public async Task Dockerfile_CopiesWhatIsThere_AndRunsAsNobodySpecial()
    {
        foreach (var stage in (string[])["page", "programs", "server", "agent", "demo"])
        {
            var image = await ImageFile.ReadAsync(stage);
            var copied = image.Instructions.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]);
            Assert.All(copied, name => Assert.True(Path.Exists(Path.Combine(Release.Root, name)), $"{stage} copies {name}"));
        }

        Assert.All([(await ImageFile.ReadAsync("server")).User, (await ImageFile.ReadAsync("agent")).User], user => Assert.True(int.Parse(user!) > 0));
    }

    [Fact]
    public async Task Kubernetes_Example_FitsTheImage()
    {
        using var folder = new TemporaryFolder();
        var documents = (await Yaml.ReadAsync("packaging/kubernetes/multivisor.yaml")).Select(document => document!).ToArray();
        var config = Of("ConfigMap")["data"]!["multivisor.conf"]!;
        await Shell.RunAsync(release.Program("multivisor"), ["--check", "-c", folder.Write("multivisor.conf", (string)config!)]);

        var image = await ImageFile.ReadAsync("server");
        var pod = Of("Deployment")["spec"]!["template"]!;
        var container = pod["spec"]!["containers"]![0]!;
        Assert.Equal($"multivisor:{Release.Version}", (string?)container["image"]);
        Assert.Equal(image.Command[^2..], Words(container["args"])[^2..]);
        Assert.Contains($"EXPOSE {(int)container["ports"]![0]!["containerPort"]!}", image.Instructions);
        Assert.Equal($"{(string)container["volumeMounts"]![0]!["mountPath"]!}/multivisor.conf", Words(container["args"])[1]);
        Assert.True(JsonNode.DeepEquals(Of("Deployment")["spec"]!["selector"]!["matchLabels"], pod["metadata"]!["labels"]));
        Assert.True(JsonNode.DeepEquals(Of("Service")["spec"]!["selector"], pod["metadata"]!["labels"]));
        Assert.Equal((string?)container["ports"]![0]!["name"], (string?)Of("Service")["spec"]!["ports"]![0]!["targetPort"]);
        await using var server = await RunningServer.StartAsync(release.Program("multivisor"));
        foreach (var probe in (string[])["livenessProbe", "readinessProbe"])
            Assert.NotEmpty(await server.GetAsync((string)container[probe]!["httpGet"]!["path"]!));

        JsonNode Of(string kind) => documents.Single(document => (string?)document["kind"] == kind);
    }

    /// <summary>What the images have in them, from the packages and the repository.</summary>
    private static async Task InstallAsync(Machine machine, string[] names)
    {
        await machine.RunAsync("mkdir /tmp/debs /demo");
        foreach (var package in Directory.GetFiles(Release.Folder, "*.deb"))
            await machine.CopyAsync(package, "/tmp/debs/");
        await machine.RunAsync("dpkg --install /tmp/debs/*.deb && systemctl stop multivisor");
        foreach (var file in Directory.GetFiles(Path.Combine(Release.Root, "examples/full")))
            await machine.CopyAsync(file, "/demo/");
        await machine.CopyAsync(Path.Combine(Release.Root, "packaging/container/host.sh"), "/usr/bin/host.sh");
        await machine.RunAsync("install -d -o 65532 -g 65532 /var/lib/supervisor && chmod 755 /usr/bin/host.sh");
        await machine.WriteAsync("/etc/hosts", "127.0.0.1 localhost\n" + string.Concat(names.Index().Select(name => $"127.0.0.{name.Index + 2} {name.Item}\n")));
    }

    /// <summary>As an engine does: as a user that may exist nowhere but here, without capabilities.</summary>
    private static Task<string> StartAsync(Machine machine, string properties, string? user, string[] command) => machine.RunAsync(
        $"systemd-run {properties} -- setpriv --reuid={user} --regid={user} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs {string.Join(' ', command.Select(word => $"'{word}'"))}");

    private static async Task EventuallyAsync(Machine machine, string command) =>
        await Eventually.BecomesAsync(() => machine.TryAsync($"{command} || (journalctl --no-pager --lines 20; false)"), ended => ended.ExitCode == 0, Limit, TimeSpan.FromMilliseconds(200));

    private static string[] Words(JsonNode? array) => [.. array!.AsArray().Select(word => (string)word!)];

    private static (int Running, int Processes) Processes(string data)
    {
        var supervisors = JsonNode.Parse(data)!["supervisors"]!.AsObject().Select(supervisor => supervisor.Value!).ToArray();
        return (supervisors.Count(supervisor => (bool)supervisor["running"]!), supervisors.Sum(supervisor => supervisor["processes"]!.AsObject().Count));
    }
}
