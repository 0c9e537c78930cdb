using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Multivisor.ZeroRpc.Security;

/// <summary>Finds what is wrong with a peer's certificate, in words that follow "the certificate of …".</summary>
internal static class CertificateJudge
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private const int MaxNames = 5;
    private const int MaxNameLength = 100;

    private const X509ChainStatusFlags WrongDates =
        X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.CtlNotTimeValid;

    private const X509ChainStatusFlags WrongSigner =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    /// <param name="ca">Null for those whom this machine trusts.</param>
    public static X509ChainPolicy Policy(X509Certificate2Collection? ca, bool ofServer, TimeProvider time)
    {
        var policy = new X509ChainPolicy
        {
            // A private CA publishes no list; whoever lost a key makes a new CA.
            RevocationMode = X509RevocationMode.NoCheck,
            // A certificate must not make us fetch what it names.
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        // The certificate of an agent must not open other agents, nor that of a server pass for an agent.
        policy.ApplicationPolicy.Add(new Oid(ofServer ? ServerUse : ClientUse));
        if (ca is null)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(ca);
        return policy;
    }

    /// <param name="trust">Whom we trust, for the message.</param>
    /// <param name="host">The name that the certificate must have; null for any.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Problem(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, string trust, string? host, TimeProvider time)
    {
        if (WrongDate(certificate, time) is { } date)
            return date;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return ChainProblem(chain, trust);
        if (host is not null && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"is for {Names(certificate)} and not for {host}";
        return null;
    }

    public static string? WrongDate(X509Certificate2 certificate, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now > certificate.NotAfter.ToUniversalTime())
            return $"expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";
        return now < certificate.NotBefore.ToUniversalTime()
            ? $"is valid only from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on; compare the clocks"
            : null;
    }

    public static string Fingerprint(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private static string ChainProblem(X509Chain? chain, string trust)
    {
        var flags = X509ChainStatusFlags.NoError;
        foreach (var status in chain?.ChainStatus ?? [])
            flags |= status.Status;
        if ((flags & WrongSigner) != X509ChainStatusFlags.NoError)
            return $"is not signed by {trust}";
        if ((flags & WrongDates) != X509ChainStatusFlags.NoError)
            return "is signed by a certificate that is not valid now";
        return flags.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? "is not made for this use (an agent needs one for servers, a server one for clients)"
            : $"cannot be trusted ({flags})";
    }

    /// <summary>The names of a certificate; it comes from a stranger, so not too many and not too long.</summary>
    private static string Names(X509Certificate2 certificate)
    {
        List<string> names = [];
        try
        {
            foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
            {
                names.AddRange(extension.EnumerateDnsNames());
                names.AddRange(extension.EnumerateIPAddresses().Select((IPAddress address) => address.ToString()));
            }
        }
        catch (CryptographicException)
        {
            return "names that cannot be read";
        }

        if (names.Count == 0)
            return "no name at all";
        var shown = names.Take(MaxNames).Select(name => PeerText.Clean(name, MaxNameLength));
        return string.Join(", ", shown) + (names.Count > MaxNames ? ", …" : "");
    }
}
