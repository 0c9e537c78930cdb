using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Multivisor.Server.Startup;

/// <summary>The PEM files of HTTPS, by the environment variables of the original.</summary>
internal sealed record HttpsFiles(string CertificatePath, string KeyPath)
{
    public const string KeyVariable = "MULTIVISOR_HTTPS_SERVER_KEY";
    public const string CertificateVariable = "MULTIVISOR_HTTPS_CERT_FILE";

    /// <param name="files">Null when neither variable is set: plain HTTP.</param>
    public static bool TryFind(out HttpsFiles? files, [NotNullWhen(false)] out string? problem)
    {
        var (key, certificate) = (Environment.GetEnvironmentVariable(KeyVariable), Environment.GetEnvironmentVariable(CertificateVariable));
        files = null;
        problem = null;
        if (string.IsNullOrEmpty(key) && string.IsNullOrEmpty(certificate))
            return true;
        if (string.IsNullOrEmpty(key) || string.IsNullOrEmpty(certificate))
        {
            var (there, missing) = string.IsNullOrEmpty(key) ? (CertificateVariable, KeyVariable) : (KeyVariable, CertificateVariable);
            problem = $"{there} is set and {missing} is not: set both for HTTPS, or none";
            return false;
        }

        files = new HttpsFiles(certificate, key);
        return true;
    }

    /// <summary>Reads both files.</summary>
    public bool TryLoad([NotNullWhen(true)] out HttpsIdentity? identity, [NotNullWhen(false)] out string? problem)
    {
        identity = null;
        if (!TryRead(CertificatePath, CertificateVariable, out var certificateText, out problem) || !TryRead(KeyPath, KeyVariable, out var keyText, out problem))
            return false;
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(certificateText);
            if (chain.Count == 0)
            {
                problem = $"{CertificateVariable}: {CertificatePath} holds no certificate in PEM form";
                return false;
            }

            var leaf = WithKey(chain[0], certificateText, keyText);
            chain.RemoveAt(0);
            identity = new HttpsIdentity(leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true), Fingerprint(certificateText, keyText));
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = keyText.Contains("ENCRYPTED", StringComparison.Ordinal)
                ? $"{KeyVariable}: the key in {KeyPath} is protected by a password; write it without one, readable by this user alone"
                : $"the key in {KeyPath} ({KeyVariable}) and the certificate in {CertificatePath} ({CertificateVariable}) are not a pair in PEM form: {e.Message}";
            return false;
        }
    }

    private static X509Certificate2 WithKey(X509Certificate2 first, string certificateText, string keyText)
    {
        using var certificate = first;
        var pair = X509Certificate2.CreateFromPem(certificateText, keyText);
        if (!OperatingSystem.IsWindows())
            return pair;
        // There a key that is in memory alone cannot serve TLS.
        using (pair)
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    private static string Fingerprint(string certificate, string key) =>
        Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{certificate}\0{key}")));

    private static bool TryRead(string path, string variable, out string text, [NotNullWhen(false)] out string? problem)
    {
        text = "";
        problem = null;
        try
        {
            text = File.ReadAllText(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = $"{variable}: {path} cannot be read: {e.Message}";
            return false;
        }
    }
}

/// <summary>HTTPS as it begins: the files, and what is in them.</summary>
internal sealed record Https(HttpsFiles Files, HttpsIdentity Identity)
{
    /// <param name="https">Null for plain HTTP.</param>
    public static bool TryRead(out Https? https, [NotNullWhen(false)] out string? problem)
    {
        https = null;
        if (!HttpsFiles.TryFind(out var files, out problem))
            return false;
        if (files is null)
            return true;
        if (!files.TryLoad(out var identity, out problem))
            return false;
        https = new Https(files, identity);
        return true;
    }
}

/// <summary>A certificate with its key and its chain, ready to serve.</summary>
/// <param name="Content">Tells one pair of files from another.</param>
internal sealed record HttpsIdentity(X509Certificate2 Certificate, SslStreamCertificateContext Context, string Content);
