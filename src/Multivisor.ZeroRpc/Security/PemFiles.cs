using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Multivisor.ZeroRpc.Security;

/// <summary>Reads certificates, keys and tokens, and words what is wrong with them.</summary>
internal static class PemFiles
{
    /// <summary>A token that can be guessed is none.</summary>
    public const int MinTokenLength = 16;

    private const int MaxTokenLength = 4096;
    private const int MaxLength = 1024 * 1024;

    /// <exception cref="SecurityFileException">It cannot be read, or is far too large.</exception>
    public static string ReadText(string path, string what)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var buffer = new char[4096];
            var text = new StringBuilder();
            while (reader.Read(buffer) is > 0 and var length)
            {
                if (text.Append(buffer, 0, length).Length > MaxLength)
                    throw new SecurityFileException($"{what} {path} is larger than {MaxLength} characters");
            }

            return text.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message.TrimEnd('.');
            throw new SecurityFileException($"cannot read {what} {path}: {why}", e);
        }
    }

    /// <summary>The certificate with its key, and those that come behind it in the file.</summary>
    /// <exception cref="SecurityFileException">One of them is no PEM of its kind, or they do not belong together.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Certificate(string certificatePem, string certificatePath, string keyPem, string keyPath)
    {
        var chain = Certificates(certificatePem, "the certificate", certificatePath);
        try
        {
            var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            chain[0].Dispose();
            chain.RemoveAt(0);
            return (certificate, chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new SecurityFileException($"the key {keyPath} is no PEM key without a passphrase, or does not belong to the certificate {certificatePath}", e);
        }
    }

    /// <exception cref="SecurityFileException">There is none in it.</exception>
    public static X509Certificate2Collection Certificates(string pem, string what, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new SecurityFileException($"{what} {path} is no PEM certificate", e);
        }

        return certificates.Count > 0 ? certificates : throw new SecurityFileException($"{what} {path} has no PEM certificate in it");
    }

    /// <summary>The token in a text, without the white space around it.</summary>
    /// <exception cref="SecurityFileException">It is too short to be a secret, or too long.</exception>
    public static string Token(string text, string path)
    {
        var token = text.Trim();
        return token.Length is >= MinTokenLength and <= MaxTokenLength
            ? token
            : throw new SecurityFileException($"the token in {path} has {token.Length} characters; use {MinTokenLength} to {MaxTokenLength}");
    }
}
