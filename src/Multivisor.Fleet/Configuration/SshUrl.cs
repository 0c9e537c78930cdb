namespace Multivisor.Fleet.Configuration;

/// <summary><c>ssh://[user@]host[:port]/path/of/supervisor.sock</c>.</summary>
internal static class SshUrl
{
    /// <summary>What a unix socket's address holds, without its NUL.</summary>
    private const int MaxPath = 107;

    /// <returns>What is wrong, or null.</returns>
    public static ConfigProblem? Read(string address, string text, out SupervisorUrl? url)
    {
        url = null;
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || slash == address.Length - 1)
            return new ConfigProblem("it does not name supervisord's socket", "write ssh://user@host/run/supervisor.sock");
        var (authority, path) = (address[..slash], address[slash..]);
        var at = authority.LastIndexOf('@');
        var user = at < 0 ? null : authority[..at];
        if (user?.Contains(':', StringComparison.Ordinal) == true)
            return new ConfigProblem("a password for ssh cannot be given here", "let ssh sign in with a key, as its configuration says");
        // What begins with a minus would be an option of ssh.
        if (user is not null && (user.Length == 0 || user[0] == '-' || !user.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '$')))
            return new ConfigProblem("the user before the @ is not the name of one", "write ssh://user@host/run/supervisor.sock");
        if (path.Length > MaxPath || path.Any(c => char.IsControl(c) || c == ':'))
            return new ConfigProblem($"'{path}' is not the path of a socket", $"write a path without a colon, of {MaxPath} characters at most");
        if (HostPort.Read(authority[(at + 1)..], minPort: 1, out var parts) is { } problem)
            return problem;
        if (parts.Host is null or "*" || parts.Host[0] == '-')
            return new ConfigProblem("it has no host", "write ssh://user@host/run/supervisor.sock");
        url = new SupervisorUrl(SupervisorUrl.Ssh, parts.Host, parts.Port ?? SupervisorUrl.SshPort, text) { Path = path, UserName = user };
        return null;
    }
}
