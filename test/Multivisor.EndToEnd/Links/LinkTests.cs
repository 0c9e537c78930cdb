using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Links;

/// <summary>Our agent.</summary>
public sealed class AgentLinkTests : LinkCompliance
{
    protected override string Kind => "agent";

    protected override bool IsProtected => false;

    protected override async Task<LinkSite> StartAsync(string sections)
    {
        var supervisord = await Site.StartAsync("one", sections);
        return new LinkSite(supervisord, $"url=127.0.0.1:{supervisord.AgentPort}");
    }
}

/// <summary>Our plug-in.</summary>
public class PlugInLinkTests : LinkCompliance
{
    protected override string Kind => "agent";

    protected override bool IsProtected => false;

    protected virtual bool Daemon => false;

    protected override async Task<LinkSite> StartAsync(string sections)
    {
        var supervisord = await Site.StartPlugInAsync("one", sections, Daemon);
        return new LinkSite(supervisord, $"url=127.0.0.1:{supervisord.AgentPort}");
    }
}

/// <summary>Our plug-in in a supervisord that went into the background.</summary>
public sealed class DaemonPlugInLinkTests : PlugInLinkTests
{
    protected override bool Daemon => true;
}

/// <summary>supervisord's HTTP server, without a password.</summary>
public sealed class HttpLinkTests : LinkCompliance
{
    protected override string Kind => "direct";

    protected override bool IsProtected => false;

    protected override async Task<LinkSite> StartAsync(string sections)
    {
        var supervisord = await SupervisordInstance.StartAsync(new() { Identifier = "one", Sections = sections, Inet = true });
        return new LinkSite(supervisord, $"url={supervisord.InetUrl}");
    }
}

/// <summary>supervisord's HTTP server with a password, which is read from a file.</summary>
public sealed class PasswordLinkTests : LinkCompliance
{
    private const string Password = "p@ss:w0rd, ü%";

    protected override string Kind => "direct";

    protected override bool IsProtected => false;

    protected override async Task<LinkSite> StartAsync(string sections)
    {
        var supervisord = await SupervisordInstance.StartAsync(
            new() { Identifier = "one", Sections = sections, Inet = true, UserName = "operator", Password = Password.Replace("%", "%%", StringComparison.Ordinal) });
        var file = Path.Combine(supervisord.Folder, "password");
        await File.WriteAllTextAsync(file, Password + "\n");
        return new LinkSite(supervisord, $"url={supervisord.InetUrl}\nusername=operator\npassword_file={file}") { SignIn = ("operator", Password) };
    }
}

/// <summary>A unix socket of this machine.</summary>
public sealed class UnixLinkTests : LinkCompliance
{
    protected override string Kind => "direct";

    protected override bool IsProtected => true;

    protected override async Task<LinkSite> StartAsync(string sections)
    {
        var supervisord = await SupervisordInstance.StartAsync(new() { Identifier = "one", Sections = sections });
        return new LinkSite(supervisord, $"url=unix://{supervisord.SocketPath}");
    }
}

/// <summary>A unix socket behind a real sshd.</summary>
public sealed class SshLinkTests : LinkCompliance
{
    protected override string Kind => "direct";

    protected override bool IsProtected => true;

    protected override async Task<LinkSite> StartAsync(string sections)
    {
        var supervisord = await SupervisordInstance.StartAsync(new() { Identifier = "one", Sections = sections });
        var sshd = await Sshd.StartAsync();
        return new LinkSite(supervisord, $"url=ssh://{Environment.UserName}@127.0.0.1:{sshd.Port}{supervisord.SocketPath}", sshd.ClientEnvironment) { Carrier = sshd };
    }
}
