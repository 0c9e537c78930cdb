using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Multivisor.Testing;

/// <summary>A CA and the files of certificates that it signs, in a folder of its own.</summary>
public sealed class TestCa : IDisposable
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvca-");
    private readonly X509Certificate2 _certificate;

    public TestCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Now.AddYears(-10), Now.AddYears(10));
        File = Write("ca.pem", _certificate.ExportCertificatePem());
    }

    /// <summary>Path of its own certificate.</summary>
    public string File { get; }

    /// <param name="name">Of the two files.</param>
    /// <param name="use">One of the constants.</param>
    /// <param name="host">A name or an address.</param>
    /// <param name="validDays">From now on; negative for one that has expired.</param>
    public TestCertificate Issue(string name, string use, string host = "127.0.0.1", int validDays = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_certificate, Now.AddYears(-1), Now.AddDays(validDays), RandomNumberGenerator.GetBytes(8).Prepend((byte)1).ToArray());
        return new TestCertificate(
            Write(name + ".pem", certificate.ExportCertificatePem()),
            Write(name + ".key", key.ExportPkcs8PrivateKeyPem()),
            Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256)));
    }

    /// <summary>Writes a file into the folder.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Paths of a certificate and its key.</summary>
/// <param name="Fingerprint">SHA-256, lower-case hex.</param>
public sealed record TestCertificate(string File, string Key, string Fingerprint);
