using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Debian;

public sealed class PackageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>The life of an installation: install, configure, use, upgrade, remove, purge.</summary>
    [Fact]
    public async Task Packages_AreInstalled_Serve_AndLeaveNothing()
    {
        Assert.SkipUnless(Machine.Missing is null, $"not run: {Machine.Missing}");
        await using var machine = await Machine.StartAsync();
        await machine.RunAsync("mkdir /tmp/debs");
        foreach (var package in Directory.GetFiles(Release.Folder, "*.deb"))
            await machine.CopyAsync(package, "/tmp/debs/");
        await machine.RunAsync(EveryFile + " >/tmp/before");

        await machine.RunAsync("dpkg --install /tmp/debs/*.deb");
        await ServiceAnswersAsync(machine);
        await ServiceIsConfinedAsync(machine);
        await SecretsAreKeptAsync(machine);
        await SupervisordIsShownAsync(machine);
        await UserSignsInAsync(machine);
        await SupervisordRunsTheServerAsync(machine);
        await UpgradeKeepsWhatWasWrittenAsync(machine);
        await WrongConfigurationIsReportedAsync(machine);
        await NothingIsLeftAsync(machine);
    }

    /// <summary>With the owner and the time that do not tell on which machine, by whom and when it was made.</summary>
    [Fact]
    public async Task Packages_HaveOneOwnerAndOneTime()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dpkg-deb"), "not run: dpkg-deb is not installed");
        foreach (var package in Directory.GetFiles(Release.Folder, "*.deb"))
        {
            var lines = (await Shell.RunAsync("dpkg-deb", ["--contents", package])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            // drwxr-xr-x root/root 0 2026-11-28 18:11 ./usr/
            var told = lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(fields => $"{fields[1]} {fields[3]} {fields[4]}");
            Assert.StartsWith("root/root ", Assert.Single(told.Distinct(StringComparer.Ordinal)), StringComparison.Ordinal);
        }
    }

    /// <summary>Debian's own judge.</summary>
    [Fact]
    public async Task Packages_AreWhatDebianWants()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/lintian"), "not run: lintian is not installed");
        var found = await Shell.TryAsync("lintian", ["--allow-root", "--fail-on", "error,warning", .. Directory.GetFiles(Release.Folder, "*.deb")]);
        Assert.True(found.ExitCode == 0, found.ToString());
    }

    /// <summary>Where packages put files; elsewhere other tests work meanwhile.</summary>
    private const string EveryFile = "find /boot /etc /opt /srv /usr /var -xdev | sort";

    private static async Task ServiceAnswersAsync(Machine machine)
    {
        // Type=notify: it is active only after the program has said so.
        Assert.Equal("active", await machine.RunAsync("systemctl is-active multivisor"));
        Assert.Equal("enabled", await machine.RunAsync("systemctl is-enabled multivisor"));
        Assert.Contains(Release.Version, await machine.RunAsync("multivisor-cli version"), StringComparison.Ordinal);
        Assert.Contains("<div id=\"app\"", await machine.RunAsync("curl -sSf http://localhost:22000/"), StringComparison.Ordinal);
    }

    /// <summary>What the unit promises is what the kernel knows of the process.</summary>
    private static async Task ServiceIsConfinedAsync(Machine machine)
    {
        var status = await machine.RunAsync("grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/$(systemctl show -P MainPID multivisor)/status | tr -s '\\t ' ' '");
        var user = await machine.RunAsync("id -u multivisor");
        Assert.Equal(
            [$"Uid: {user} {user} {user} {user}", "CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2"],
            status.Split('\n').OrderBy(line => Array.IndexOf(["Uid:", "CapEff:", "CapBnd:", "NoNewPrivs:", "Seccomp:"], line.Split(' ')[0])));
        Assert.Equal("", await machine.RunAsync("systemd-analyze verify --man=no multivisor.service 2>&1 | grep multivisor || true"));
        Assert.Matches("Overall exposure level for multivisor.service: [01]\\.", await machine.RunAsync("systemd-analyze security multivisor.service --no-pager"));
    }

    private static async Task SecretsAreKeptAsync(Machine machine)
    {
        Assert.Equal("640 root:multivisor", await machine.RunAsync("stat -c '%a %U:%G' /etc/multivisor.conf"));
        Assert.Equal("600 root:root", await machine.RunAsync("stat -c '%a %U:%G' /etc/multivisor.env"));
        Assert.Matches("^MULTIVISOR_SECRET_KEY=[0-9a-f]{64}$", await machine.RunAsync("cat /etc/multivisor.env"));
    }

    /// <summary>Debian's supervisord with our agent, by the files of the package, and the server reads its configuration again.</summary>
    private static async Task SupervisordIsShownAsync(Machine machine)
    {
        await machine.RunAsync("cp /usr/share/doc/multivisor-rpc/examples/multivisor-rpc.conf /etc/supervisor/conf.d/");
        await machine.WriteAsync("/etc/supervisor/conf.d/sleeper.conf", "[program:sleeper]\ncommand=/bin/sleep 100000\n");
        await machine.RunAsync("systemctl start supervisor");
        await machine.WriteAsync("/etc/multivisor.conf", "[global]\nname = Installed\n\n[supervisor:here]\nurl = localhost:9002\n");
        await machine.RunAsync("multivisor --check && systemctl reload multivisor");
        // It has no processes before supervisord has started its first.
        await Eventually.BecomesAsync(() => machine.TryAsync("multivisor-cli wait --timeout 60s 'here:sleeper:*'"), ended => ended.ExitCode == 0, Limit, TimeSpan.FromMilliseconds(200));
        Assert.Contains("RUNNING", await machine.RunAsync("multivisor-cli -o plain status 'here:multivisor-rpc:*'"), StringComparison.Ordinal);
    }

    /// <summary>The key of the sessions is there before anybody wants to sign in.</summary>
    private static async Task UserSignsInAsync(Machine machine)
    {
        await machine.RunAsync("printf '\\n[user:eva]\\nrole = admin\\npassword = %s\\n' \"$(echo secret of eva | multivisor hash-password)\" >>/etc/multivisor.conf");
        await machine.RunAsync("systemctl restart multivisor");
        Assert.Equal(4, (await machine.TryAsync("multivisor-cli status </dev/null")).ExitCode);
        await machine.RunAsync("MULTIVISOR_PASSWORD='secret of eva' multivisor-cli --user eva status");
    }

    /// <summary>Instead of the service, by the example of the package.</summary>
    private static async Task SupervisordRunsTheServerAsync(Machine machine)
    {
        await machine.RunAsync("systemctl stop multivisor");
        await machine.RunAsync("""
            . /etc/multivisor.env && install -m 600 /usr/share/doc/multivisor/examples/supervisord.conf /etc/supervisor/conf.d/multivisor.conf &&
            sed -i "s/^;environment=MULTIVISOR_SECRET_KEY=.*/environment=MULTIVISOR_SECRET_KEY=\"$MULTIVISOR_SECRET_KEY\"/" /etc/supervisor/conf.d/multivisor.conf
            """);
        await machine.RunAsync("supervisorctl update");
        await StatusBecomesAsync(machine, "RUNNING");
        await machine.RunAsync("multivisor healthcheck && MULTIVISOR_PASSWORD='secret of eva' multivisor-cli --user eva status");
        Assert.Equal("multivisor", await machine.RunAsync("stat -c %U /proc/$(supervisorctl pid multivisor)"));

        // A wrong configuration is not tried for ever.
        await machine.RunAsync("cp -p /etc/multivisor.conf /tmp/good.conf && echo wrong >>/etc/multivisor.conf");
        await machine.TryAsync("supervisorctl restart multivisor");
        await StatusBecomesAsync(machine, "FATAL");
        Assert.Matches("multivisor: /etc/multivisor.conf:[0-9]+: ", await machine.RunAsync("supervisorctl tail multivisor"));

        await machine.RunAsync("cp -p /tmp/good.conf /etc/multivisor.conf && rm /etc/supervisor/conf.d/multivisor.conf && supervisorctl update && systemctl start multivisor");
    }

    private static async Task StatusBecomesAsync(Machine machine, string state) => await Eventually.BecomesAsync(
        () => machine.TryAsync("supervisorctl status multivisor"), status => status.Output.Contains($" {state} ", StringComparison.Ordinal), Limit, TimeSpan.FromMilliseconds(200));

    private static async Task UpgradeKeepsWhatWasWrittenAsync(Machine machine)
    {
        await machine.RunAsync("chmod 600 /etc/multivisor.conf && chown multivisor /etc/multivisor.conf && cp -p /etc/multivisor.conf /etc/multivisor.env /tmp/");
        var before = await machine.RunAsync("systemctl show -P MainPID multivisor");
        await machine.RunAsync("dpkg --install /tmp/debs/multivisor_*.deb");
        await machine.RunAsync("cmp /etc/multivisor.conf /tmp/multivisor.conf && cmp /etc/multivisor.env /tmp/multivisor.env");
        Assert.Equal("600 multivisor:multivisor", await machine.RunAsync("stat -c '%a %U:%G' /etc/multivisor.conf"));
        Assert.Equal("active", await machine.RunAsync("systemctl is-active multivisor"));
        Assert.NotEqual(before, await machine.RunAsync("systemctl show -P MainPID multivisor"));
    }

    private static async Task WrongConfigurationIsReportedAsync(Machine machine)
    {
        await machine.RunAsync("sed -i 's/localhost:9002/localhost:port/' /etc/multivisor.conf");
        Assert.NotEqual(0, (await machine.TryAsync("systemctl restart multivisor")).ExitCode);
        // Not tried again and again: that would be "activating", every two seconds.
        await Eventually.BecomesAsync(() => machine.TryAsync("systemctl is-active multivisor"), ended => ended.Output.Trim() == "failed", Limit, TimeSpan.FromMilliseconds(200));
        Assert.Equal("exit-code 2", await machine.RunAsync("echo $(systemctl show -P Result multivisor) $(systemctl show -P ExecMainStatus multivisor)"));
        var journal = await Eventually.BecomesAsync(
            () => machine.RunAsync("journalctl --no-pager --unit multivisor"), text => text.Contains("/etc/multivisor.conf:5: ", StringComparison.Ordinal), Limit);
        Assert.Contains("url of supervisor 'here'", journal, StringComparison.Ordinal);
        await machine.RunAsync("cp -p /tmp/multivisor.conf /etc/multivisor.conf && systemctl reset-failed multivisor && systemctl start multivisor");
    }

    private static async Task NothingIsLeftAsync(Machine machine)
    {
        await machine.RunAsync("rm /etc/supervisor/conf.d/*.conf && supervisorctl update && systemctl stop supervisor");
        await machine.RunAsync("dpkg --remove multivisor multivisor-rpc multivisor-cli");
        Assert.Equal("", await machine.RunAsync("pgrep -x multivisor || true"));
        await machine.RunAsync("test -e /etc/multivisor.conf");
        await machine.RunAsync("dpkg --purge multivisor multivisor-rpc multivisor-cli");
        // What the agent wrote to stderr is in a file of supervisord's, and supervisord's to delete.
        var left = await machine.RunAsync(EveryFile + " | comm -13 /tmp/before - | grep -i multivisor | grep -v '^/var/log/supervisor/' || true");
        Assert.Equal("", left);
        Assert.Equal("", await machine.RunAsync("getent passwd multivisor; getent group multivisor; dpkg-query --list 'multivisor*' 2>/dev/null | grep '^.[^n]' | grep multivisor; systemctl list-unit-files --no-legend 'multivisor*' || true"));
    }
}
