namespace Multivisor.Fleet.Configuration;

/// <summary>Reads how links are protected: keys of a supervisor, or of [global] for all of them.</summary>
/// <param name="own">The file that the supervisor is in.</param>
/// <param name="main">The configuration file, whose [global] holds for all.</param>
/// <param name="expand">The text of a key; null when it is wrong and reported.</param>
/// <param name="report">Takes a file, a line, what is wrong, and what to do.</param>
internal sealed class TlsReader(
    ConfigSource own, ConfigSource main, Func<ConfigSource, IniSection, IniKey, string?> expand, Action<string, int, string, string> report)
{
    private const string Ca = "tls_ca";
    private const string Certificate = "tls_cert";
    private const string Key = "tls_key";
    private const string Fingerprint = "tls_fingerprint";
    private const string Token = "token_file";
    private const int FingerprintLength = 64;

    public static bool IsKey(string name) => ConfigKeys.Tls.Any(key => key.Name == name);

    /// <summary>Null when none of the ways is <c>tls://</c> or <c>https://</c>.</summary>
    public TlsConfig? Read(IniSection supervisor, string name, IReadOnlyList<SupervisorUrl> urls)
    {
        var global = main.Document.Find("global");
        if (!urls.Any(url => url.Scheme is SupervisorUrl.Tls or SupervisorUrl.Https))
        {
            // Whoever wrote it believes that the link is protected.
            var secure = urls[0].IsDirect ? SupervisorUrl.Https : SupervisorUrl.Tls;
            foreach (var key in supervisor.Keys.Where(key => IsKey(key.Name)))
                report(own.File, key.Line, $"'{key.Name}' of supervisor '{name}' needs a url with {secure}://", $"write url = {secure}://{HostPort.Join(urls[0].Host, urls[0].Port)}, or remove it");
            return null;
        }

        if (supervisor.Find(Token) is { } token && !urls.Any(url => url.Scheme == SupervisorUrl.Tls))
            report(own.File, token.Line, $"'{Token}' of supervisor '{name}' needs a url with tls://", "supervisord itself takes username and password_file");

        var (certificate, key1) = (Path(Certificate), Path(Key));
        if ((certificate is null) != (key1 is null))
        {
            var (there, missing) = certificate is null ? (Key, Certificate) : (Certificate, Key);
            ReportAt(there, $"supervisor '{name}' has '{there}' but no '{missing}'", $"add '{missing}', or remove '{there}'");
        }

        return new TlsConfig(Path(Ca), certificate, key1, Path(Token), ReadFingerprints());

        (ConfigSource Source, IniSection Section, IniKey Key)? Find(string wanted) =>
            own.Document.Find(supervisor, wanted) is { } there ? (own, supervisor, there)
            : global is not null && main.Document.Find(global, wanted) is { } common ? (main, global, common)
            : null;

        void ReportAt(string wanted, string problem, string advice)
        {
            var (source, line) = Find(wanted) is { } found ? (found.Source, found.Key.Line) : (own, supervisor.Line);
            report(source.File, line, problem, advice);
        }

        // An empty one takes back what [global] says.
        string? Text(string wanted) => Find(wanted) is { } found && expand(found.Source, found.Section, found.Key) is { Length: > 0 } text ? text : null;

        string? Path(string wanted)
        {
            if (Text(wanted) is not { } text)
                return null;
            if (!text.Any(char.IsControl))
                return System.IO.Path.GetFullPath(text, ConfigInclude.FolderOf(Find(wanted)!.Value.Source.File));
            ReportAt(wanted, $"{wanted} of supervisor '{name}' is no path of a file", "write one line, for example /etc/multivisor/ca.pem");
            return null;
        }

        string ReadFingerprints()
        {
            if (Text(Fingerprint) is not { } text)
                return "";
            var all = text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Normal).ToList();
            if (all.Count > 0 && all.TrueForAll(one => one.Length == FingerprintLength && one.All(char.IsAsciiHexDigit)))
                return string.Join(',', all);
            ReportAt(
                Fingerprint,
                $"{Fingerprint} of supervisor '{name}' is no SHA-256 of a certificate",
                $"write {FingerprintLength} hexadecimal digits, as the agent logs them at its start; colons may be between them");
            return "";
        }
    }

    private static string Normal(string text) => text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
}

/// <summary>A file of the configuration and what is in it.</summary>
internal sealed record ConfigSource(IniDocument Document, string File);
