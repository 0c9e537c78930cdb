namespace Multivisor.Fleet.Configuration;

/// <summary>Reads how the server signs in to supervisord itself: keys of a supervisor, beside what its url says.</summary>
/// <param name="find">The text of a key of the supervisor's section; null when it is not there, or wrong and reported.</param>
/// <param name="error">Takes the name of a key, what is wrong and what to do.</param>
internal sealed class CredentialsReader(string folder, Func<string, string?> find, Action<string, string, string> error, Action<string, string, string> warn)
{
    private const string UserName = "username";
    private const string Password = "password";
    private const string PasswordFile = "password_file";
    private const string PasswordVariable = "password_env";

    private static readonly string[] Passwords = [Password, PasswordFile, PasswordVariable];

    public CredentialsConfig Read(string supervisor, IReadOnlyList<SupervisorUrl> urls)
    {
        string[] given = [.. Passwords.Where(key => find(key) is { Length: > 0 })];
        var user = find(UserName) is { Length: > 0 } name ? name : null;
        if (user is null && given.Length == 0)
            return CredentialsConfig.None;
        var first = user is null ? given[0] : UserName;
        if (!urls.Any(url => url.IsDirect))
        {
            // The original ignored such keys, so a configuration that has them must go on to work.
            warn(first, $"'{first}' of supervisor '{supervisor}' has no effect: its url leads to an agent, not to supervisord itself", "write url = http://host:9001 or unix:///path, or remove it");
            return CredentialsConfig.None;
        }

        if (urls.Any(url => url.Password is not null))
            error(first, $"supervisor '{supervisor}' has '{first}' beside the credentials in its url", "keep one of the two");
        else if (given.Length > 1)
            error(given[1], $"supervisor '{supervisor}' has '{given[0]}' and '{given[1]}'", "keep one of them");
        else if (user is null)
            error(given[0], $"supervisor '{supervisor}' has '{given[0]}' but no '{UserName}'", $"add '{UserName}', as in supervisord's [inet_http_server]");
        else if (given.Length == 0)
            error(UserName, $"supervisor '{supervisor}' has '{UserName}' but no password", $"add '{PasswordFile}', '{PasswordVariable}' or '{Password}'");
        return new CredentialsConfig(
            user, find(Password), find(PasswordFile) is { Length: > 0 } path ? Path.GetFullPath(path, folder) : null, find(PasswordVariable));
    }
}
