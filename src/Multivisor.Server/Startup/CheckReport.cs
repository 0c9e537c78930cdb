using Multivisor.Fleet.Access;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Account;
using Multivisor.Server.Oidc;

namespace Multivisor.Server.Startup;

/// <summary>What <c>--check</c> says: how a valid configuration is understood, and what to think about. It connects to nothing.</summary>
internal static class CheckReport
{
    /// <param name="output">For what will be done.</param>
    /// <param name="errors">For warnings, a line each.</param>
    public static void Write(string path, MultivisorConfig config, ListenAddress listen, TextWriter output, TextWriter errors)
    {
        foreach (var warning in Warnings(config))
            errors.WriteLine($"warning: {warning}");
        output.WriteLine($"{path}: valid, {config.Supervisors.Length} {(config.Supervisors.Length == 1 ? "supervisor" : "supervisors")}, sign-in {(config.IsSignInOn ? "on" : "off")}");
        output.WriteLine($"listens on {listen.Bind}{(listen.Notice is null ? "" : $": {listen.Notice}")}");
        foreach (var line in Accounts(config))
            output.WriteLine(line);
        foreach (var supervisor in config.Supervisors)
            output.WriteLine($"supervisor {supervisor.Name}: {string.Join(", else ", supervisor.Alternatives.Prepend(supervisor.Endpoint).Select(way => Describe(way, supervisor)))}");
        foreach (var discovery in config.Discoveries)
            output.WriteLine($"discovery {discovery.Name}: {discovery.File ?? $"addresses of {discovery.Dns}"}, looked at every {discovery.Period.TotalSeconds:0.###} s");
    }

    private static IEnumerable<string> Warnings(MultivisorConfig config)
    {
        foreach (var warning in config.Warnings.Select(w => w.ToString()).Concat(PasswordWarnings.Of(config)))
            yield return warning;
        if (!SessionKey.TryRead(config, out _, out var problem))
            yield return problem;
        if (!OidcSecret.TryRead(config.Access.Oidc, out _, out problem))
            yield return problem;
        if (!Https.TryRead(out _, out problem))
            yield return problem;
    }

    private static IEnumerable<string> Accounts(MultivisorConfig config)
    {
        // Its name counts as a secret.
        if (config.SignIn is not null)
            yield return "username of [global], not shown: admin";
        foreach (var user in config.Access.Users)
            yield return $"user {user.Name}: {Describe(user.Role, user.Scope)}{(user.Password is null ? ", by the proxy only" : "")}";
        foreach (var token in config.Access.Tokens)
            yield return $"token {token.Name}: {Describe(token.Role, token.Scope)}";
        foreach (var role in config.Access.Oidc?.Roles ?? [])
            yield return $"{config.Access.Oidc!.RoleClaim} {role.Value} at {config.Access.Oidc.Authority}: {Describe(role.Role, role.Scope)}";
        if (config.Access.UserHeader is { } header)
            yield return $"others by the header {header.Name}: {(header.DefaultRole is { } role ? Describe(role, header.DefaultScope) : "refused")}";
    }

    private static string Describe(AccessRole role, AccessScope scope) =>
        scope.IsAll ? role.ToName() : $"{role.ToName()} of {string.Join(", ", scope.Patterns)}";

    private static string Describe(SupervisorUrl way, SupervisorConfig supervisor)
    {
        var user = way.UserName ?? supervisor.Credentials.UserName;
        var asUser = way.IsDirect && way.Scheme != SupervisorUrl.Ssh && user is not null ? $" as {user}" : "";
        return way.Scheme switch
        {
            SupervisorUrl.Tcp => $"agent at {way}, not protected",
            SupervisorUrl.Tls => $"agent at {way}, TLS{Proof(supervisor.Tls)}",
            SupervisorUrl.Http => $"supervisord itself at {way}{asUser}, not protected",
            SupervisorUrl.Https => $"supervisord itself at {way}{asUser}, TLS{Proof(supervisor.Tls)}",
            _ => $"supervisord itself at {way}{asUser}",
        };
    }

    /// <summary>How both ends know each other.</summary>
    private static string Proof(TlsConfig? tls)
    {
        string[] parts =
        [
            tls?.Fingerprints is { Length: > 0 } ? "known by its fingerprint" : tls?.CaFile is { } ca ? $"signed by {ca}" : "signed by a CA of this machine",
            .. tls?.CertificateFile is null ? [] : (string[])["shows a certificate"],
            .. tls?.TokenFile is null ? [] : (string[])["says a token"],
        ];
        return $" ({string.Join(", ", parts)})";
    }
}
