using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Multivisor.Agent.Tls;

/// <summary>Makes the certificates and the token for links of one site: a CA, one certificate for the server, one for each agent.</summary>
internal sealed class TlsSetup(TimeProvider time)
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const int TokenOctets = 32;

    /// <summary>Clocks differ.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromDays(1);

    private static readonly TimeSpan CaLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Life = TimeSpan.FromDays(1825);

    /// <summary>A CA that signs certificates and nothing below it does.</summary>
    public X509Certificate2 CreateCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Multivisor links", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now - Before, now + CaLife);
    }

    /// <summary>The certificate of an agent.</summary>
    /// <param name="names">Host names and addresses by which servers call it.</param>
    public (string Certificate, string Key) CreateAgent(X509Certificate2 ca, IReadOnlyList<string> names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        return Create(ca, "Multivisor agent", ServerUse, alternatives.Build());
    }

    /// <summary>The certificate with which a server shows itself to agents.</summary>
    public (string Certificate, string Key) CreateServer(X509Certificate2 ca) => Create(ca, "Multivisor server", ClientUse, null);

    public static string CreateToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenOctets));

    /// <summary>What others may call this machine.</summary>
    public static IReadOnlyList<string> OwnNames()
    {
        var host = Dns.GetHostName();
        List<string> names = [host];
        try
        {
            names.Add(Dns.GetHostEntry(host).HostName);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Not in DNS: its own name has to do.
        }

        names.Add("localhost");
        names.AddRange(
            from network in NetworkInterface.GetAllNetworkInterfaces()
            where network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
            from address in network.GetIPProperties().UnicastAddresses
            where !address.Address.IsIPv6LinkLocal
            select address.Address.ToString());
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private (string Certificate, string Key) Create(X509Certificate2 ca, string subject, string use, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(ca, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (names is not null)
            request.CertificateExtensions.Add(names);
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        var now = time.GetUtcNow();
        var end = now + Life;
        var caEnd = new DateTimeOffset(ca.NotAfter.ToUniversalTime());
        using var certificate = request.Create(ca, now - Before, end < caEnd ? end : caEnd, serial);
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
