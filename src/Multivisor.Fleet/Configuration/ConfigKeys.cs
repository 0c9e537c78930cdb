using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>
/// Every key that the configuration file has. The readers know no other key than these, and the reference in docs/configuration.md is made of them.
/// </summary>
internal static class ConfigKeys
{
    private const string Scope = "patterns of `supervisor`, `supervisor:group` or `supervisor:group:process`, separated by commas ([scope](access.md#scope))";
    private const string Role = "`viewer`, `operator` or `admin` ([roles](access.md#users))";

    /// <summary>How links are protected: in a supervisor's section, or in <c>[global]</c> for all of them.</summary>
    public static ImmutableArray<ConfigKey> Tls { get; } =
    [
        new("tls_ca", "/etc/multivisor/ca.pem", "PEM file of the CA that must have signed the certificate of the other end") { Without = "the CAs that this machine trusts" },
        new("tls_cert", "/etc/multivisor/server.pem", "PEM file of the server's own certificate, for agents with `--tls-client-ca`"),
        new("tls_key", "/etc/multivisor/server.key", "its key, without a passphrase"),
        new("tls_fingerprint", "0d5c…", "SHA-256 of the agent's certificate, 64 hexadecimal digits; several, separated by commas, while one is replaced")
        {
            Sample = "3f1ac9b0d5e8a7264f2b9c81d03e5a6748bc90d1e2f3a4b5c6d7e8f901234567",
        },
        new("token_file", "/etc/multivisor/token", "file with the token of agents with `--token-file`; `tls://` only"),
    ];

    /// <summary>How the server signs in to supervisord itself.</summary>
    public static ImmutableArray<ConfigKey> Credentials { get; } =
    [
        new("username", "operator", "user name of supervisord's own HTTP server, for direct links"),
        new("password_file", "/etc/multivisor/host1.password", "file with the password; one of these three"),
        new("password_env", "HOST1_PASSWORD", "variable of the server's environment with the password"),
        new("password", "a password", "the password itself"),
    ];

    public static ConfigSectionKeys Global { get; } = new("[global]",
    [
        new("name", "PE Lab", "title of the site") { Default = MultivisorConfig.DefaultName },
        new("username", "operator", "with `password`: turns sign-in on. Our `[user:NAME]` sections are better"),
        new("password", "{SHA}a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "what `multivisor hash-password` prints, or the password, or `{SHA}` and its SHA-1 sum in lower-case hex"),
        new("read_only", "true", "`true` refuses every action to everybody ([read only](access.md#read-only))") { Default = "false" },
        new("session_idle", "12h", "a session ends when it was not used for so long; a number and `s`, `m`, `h` or `d`") { Default = "7d" },
        new("session_limit", "14d", "a session ends after so long in any case") { Default = "30d" },
        new("audit_log", "/var/log/multivisor/audit.log", "full path of a file to which every sign-in, refusal and action is added ([audit log](access.md#audit-log))"),
        new("base_path", "/multivisor", "where browsers see the server when it is not the root"),
        new("allowed_hosts", "tools.example", "names in `Host` that are answered, separated by commas; with a port only where it matters") { Without = "any" },
        new("trusted_proxies", "127.0.0.1, 10.0.0.0/24", "addresses and networks whose `X-Forwarded-*` headers are believed"),
        new("user_header", "X-Remote-User", "header in which a trusted proxy names the user ([behind a proxy](access.md#behind-a-proxy))"),
        new("user_header_role", "viewer", "role of such users without a section of their own") { Without = "they are refused" },
        new("user_header_scope", "web*", "their scope") { Without = "everything" },
        new("cors_origins", "https://tools.example", "other origins whose pages may use the API with a token"),
        new(ConfigInclude.Key, "conf.d/*.conf", "further files with `[supervisor:NAME]` sections: paths relative to this file, separated by commas, `*` and `?` in the last part"),
        .. Tls,
    ]);

    public static ConfigSectionKeys User { get; } = new("[user:NAME]",
    [
        new("password", "{PBKDF2-SHA512}210000$…$…", "what `multivisor hash-password` prints, or the password, or `{SHA}` and its sum. Not needed with `user_header`") { Sample = "a password" },
        new("role", "operator", Role) { Default = "viewer" },
        new("scope", "web*, db1:postgres", Scope) { Without = "everything" },
    ]);

    public static ConfigSectionKeys Token { get; } = new("[token:NAME]",
    [
        new("hash", "{SHA256}…", "what `multivisor create-token` prints") { Sample = $"{{SHA256}}{new string('0', 64)}" },
        new("role", "operator", Role) { Default = "viewer" },
        new("scope", "web*", Scope) { Without = "everything" },
    ]);

    public static ConfigSectionKeys Oidc { get; } = new("[oidc]",
    [
        new("authority", "https://login.example/realms/site", "address of the provider, in front of `/.well-known/openid-configuration`"),
        new("client_id", "multivisor", "the name of this server there"),
        new("client_secret_file", "/etc/multivisor/oidc-secret", "file with the secret of a confidential client; one of these three, or none for a public client"),
        new("client_secret_env", "MULTIVISOR_OIDC_SECRET", "environment variable with the secret"),
        new("client_secret", "a secret", "the secret itself"),
        new("role_claim", "groups", "the claim whose values the sections `[oidc:VALUE]` are for") { Default = "roles" },
        new("name_claim", "email", "the claim with the name of the user") { Without = "the first of `preferred_username`, `email`, `name`, `sub` that is there" },
        new("request_scopes", "openid profile groups", "what is asked for, in OpenID Connect's own scopes") { Default = "openid profile email" },
        new("userinfo", "true", "also ask the userinfo endpoint for claims") { Default = "false" },
        new("label", "Site login", "what the button says") { Without = "the page's own words" },
    ]);

    public static ConfigSectionKeys OidcRole { get; } = new("[oidc:VALUE]",
    [
        new("role", "operator", Role) { Default = "viewer" },
        new("scope", "plc*, *:interlocks", Scope) { Without = "everything" },
    ]);

    public static ConfigSectionKeys Supervisor { get; } = new("[supervisor:NAME]",
    [
        new("url", "host1.example:9002", "where its agent listens, or supervisord itself ([below](#url)); several, separated by commas: several ways to the same supervisord") { Without = "`NAME:9002`" },
        new("labels", "site=hall1, beamline=id10", "to find and group it by ([labels](direct.md#labels))"),
        .. Credentials,
        .. Tls,
    ]);

    public static ConfigSectionKeys Discovery { get; } = new("[discovery:NAME]",
    [
        new("file", "hosts.json", "a JSON list of supervisors"),
        new("dns", "supervisors.example:9002", "instead of `file`: a name whose addresses are the hosts, as in `url`"),
        new("period", "10", "how often it is looked at, in seconds") { Without = "2 for a file, 30 for a name" },
        new("labels", "site=hall1", "for all that it finds, as are the keys below"),
        .. Credentials,
        .. Tls,
    ]);

    /// <summary>In the order of the reference.</summary>
    public static ImmutableArray<ConfigSectionKeys> All { get; } = [Global, User, Token, Oidc, OidcRole, Supervisor, Discovery];
}

/// <summary>A kind of section and what may stand in it.</summary>
/// <param name="Title">As in <c>[supervisor:NAME]</c>.</param>
internal sealed record ConfigSectionKeys(string Title, ImmutableArray<ConfigKey> Keys)
{
    public string[] Names { get; } = [.. Keys.Select(key => key.Name)];

    public bool Contains(string name) => Names.Contains(name);
}

/// <summary>One key.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Example">For people; may be shortened.</param>
/// <param name="Meaning">Markdown, with links as seen from docs/.</param>
internal sealed record ConfigKey(string Name, string Example, string Meaning)
{
    private readonly string? _sample;

    /// <summary>A value that is as if the key were missing; null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>In Markdown, what holds when the key is missing and there is no value that says so.</summary>
    public string? Without { get; init; }

    /// <summary>The example in full.</summary>
    public string Sample
    {
        get => _sample ?? Example;
        init => _sample = value;
    }
}
