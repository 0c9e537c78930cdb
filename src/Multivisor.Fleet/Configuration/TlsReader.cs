namespace Multivisor.Fleet.Configuration;

/// <summary>Reads how links are protected: keys of a supervisor, or of [global] for all of them.</summary>
/// <param name="expand">The text of a key; null when it is wrong and reported.</param>
internal sealed class TlsReader(IniDocument document, string file, Func<IniSection, IniKey, string?> expand, Action<int, string, string> error)
{
    private const string Ca = "tls_ca";
    private const string Certificate = "tls_cert";
    private const string Key = "tls_key";
    private const string Fingerprint = "tls_fingerprint";
    private const string Token = "token_file";
    private const int FingerprintLength = 64;

    private static readonly string[] Keys = [Ca, Certificate, Key, Fingerprint, Token];

    /// <summary>Settings of links; in [global] they are not served.</summary>
    public static bool IsKey(string name) => Keys.Contains(name);

    /// <summary>Null for a link that is not <c>tls://</c>.</summary>
    public TlsConfig? Read(IniSection? global, IniSection supervisor, string name, SupervisorUrl url)
    {
        if (url.Scheme != SupervisorUrl.Tls)
        {
            // Whoever wrote it believes that the link is protected.
            foreach (var key in supervisor.Keys.Where(key => IsKey(key.Name)))
                error(key.Line, $"'{key.Name}' of supervisor '{name}' needs a url with tls://", $"write url = tls://{HostPort.Join(url.Host, url.Port)}, or remove it");
            return null;
        }

        var (certificate, key1) = (Path(Certificate), Path(Key));
        if ((certificate is null) != (key1 is null))
        {
            var (there, missing) = certificate is null ? (Key, Certificate) : (Certificate, Key);
            error(LineOf(there), $"supervisor '{name}' has '{there}' but no '{missing}'", $"add '{missing}', or remove '{there}'");
        }

        return new TlsConfig(Path(Ca), certificate, key1, Path(Token), ReadFingerprints());

        (IniSection Section, IniKey Key)? Find(string wanted) =>
            document.Find(supervisor, wanted) is { } own ? (supervisor, own)
            : global is not null && document.Find(global, wanted) is { } common ? (global, common)
            : null;

        int LineOf(string wanted) => Find(wanted)?.Key.Line ?? supervisor.Line;

        // An empty one takes back what [global] says.
        string? Text(string wanted) => Find(wanted) is { } found && expand(found.Section, found.Key) is { Length: > 0 } text ? text : null;

        string? Path(string wanted)
        {
            if (Text(wanted) is not { } text)
                return null;
            if (!text.Any(char.IsControl))
                return System.IO.Path.GetFullPath(text, Folder());
            error(LineOf(wanted), $"{wanted} of supervisor '{name}' is no path of a file", "write one line, for example /etc/multivisor/ca.pem");
            return null;
        }

        string ReadFingerprints()
        {
            if (Text(Fingerprint) is not { } text)
                return "";
            var all = text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Normal).ToList();
            if (all.Count > 0 && all.TrueForAll(one => one.Length == FingerprintLength && one.All(char.IsAsciiHexDigit)))
                return string.Join(',', all);
            error(
                LineOf(Fingerprint),
                $"{Fingerprint} of supervisor '{name}' is no SHA-256 of a certificate",
                $"write {FingerprintLength} hexadecimal digits, as the agent logs them at its start; colons may be between them");
            return "";
        }
    }

    private string Folder() => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Length == 0 ? "." : file)) ?? "/";

    private static string Normal(string text) => text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
}
