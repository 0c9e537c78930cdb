using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Multivisor.ZeroRpc.Security;

namespace Multivisor.ZeroRpc;

/// <summary>
/// What a server asks of those who connect. Its files are looked at for each connection, and what has changed is used at once; files that
/// are broken meanwhile change nothing.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ServerSecurity
{
    private readonly ServerSecurityFiles _files;
    private readonly Action<string> _onTrouble;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private State _state;
    private Texts? _broken;

    private ServerSecurity(ServerSecurityFiles files, Action<string> onTrouble, TimeProvider time)
    {
        _files = files;
        _onTrouble = onTrouble;
        _time = time;
        _state = Create(Read());
    }

    /// <summary>When the certificate in use ends.</summary>
    public DateTimeOffset ValidUntil => new(Current.Certificate.NotAfter.ToUniversalTime());

    /// <summary>SHA-256 of the certificate in use, for those who pin it.</summary>
    public string Fingerprint => CertificateJudge.Fingerprint(Current.Certificate);

    /// <summary>Whoever connects must say a token first.</summary>
    internal bool WantsToken => _files.Token is not null;

    internal string ClientTrust => $"the CA in {_files.ClientCa}";

    internal bool WantsCertificate => _files.ClientCa is not null;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="onTrouble">Told what is wrong with files that were replaced by others that cannot be used.</param>
    /// <exception cref="SecurityFileException">One of them cannot be used.</exception>
    public static ServerSecurity Load(ServerSecurityFiles files, Action<string> onTrouble, TimeProvider? time = null) =>
        new(files, onTrouble, time ?? TimeProvider.System);

    /// <summary>Takes as long for a wrong token as for the right one, wherever it is wrong.</summary>
    internal bool Admits(string token) =>
        Current.TokenHash is { } hash && CryptographicOperations.FixedTimeEquals(hash, Hash(token));

    /// <summary>Options for one connection.</summary>
    /// <param name="judge">Gets what is wrong with the client's certificate, null when nothing is.</param>
    [SuppressMessage("Security", "CA5359", Justification = "The verdict falls right after the handshake, in ServerTls, so that it can be told in words.")]
    internal SslServerAuthenticationOptions Options(Action<string?> judge)
    {
        var state = Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = state.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            ClientCertificateRequired = WantsCertificate,
            CertificateChainPolicy = WantsCertificate ? CertificateJudge.Policy(state.ClientCa, ofServer: false, _time) : null,
            // Always goes on, so that the refusal can be told in words right after the handshake.
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                judge(!WantsCertificate ? null
                    : certificate is X509Certificate2 shown ? CertificateJudge.Problem(shown, chain, errors, ClientTrust, null, _time)
                    : "is missing: this agent wants one (tls_cert and tls_key of the server)");
                return true;
            },
        };
    }

    private State Current
    {
        get
        {
            lock (_gate)
            {
                try
                {
                    var texts = Read();
                    if (texts != _state.Texts && texts != _broken)
                        Replace(texts);
                }
                catch (SecurityFileException e)
                {
                    Broken(new Texts(e.Message, "", null, null), e);
                }

                return _state;
            }
        }
    }

    private void Replace(Texts texts)
    {
        try
        {
            _state = Create(texts);
            _broken = null;
        }
        catch (SecurityFileException e)
        {
            Broken(texts, e);
        }
    }

    /// <summary>Says each trouble once.</summary>
    private void Broken(Texts texts, SecurityFileException trouble)
    {
        if (texts == _broken)
            return;
        _broken = texts;
        _onTrouble($"{trouble.Message}; the one read before stays in use");
    }

    private Texts Read() => new(
        PemFiles.ReadText(_files.Certificate, "the certificate"),
        PemFiles.ReadText(_files.Key, "the key"),
        _files.ClientCa is null ? null : PemFiles.ReadText(_files.ClientCa, "the CA of clients"),
        _files.Token is null ? null : PemFiles.ReadText(_files.Token, "the token"));

    private State Create(Texts texts)
    {
        var (certificate, between) = PemFiles.Certificate(texts.Certificate, _files.Certificate, texts.Key, _files.Key);
        return new State(
            texts,
            certificate,
            SslStreamCertificateContext.Create(certificate, between, offline: true),
            texts.ClientCa is null ? null : PemFiles.Certificates(texts.ClientCa, "the CA of clients", _files.ClientCa!),
            texts.Token is null ? null : Hash(PemFiles.Token(texts.Token, _files.Token!)));
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    // Not a record that prints itself: there are secrets in it.
    private sealed record Texts(string Certificate, string Key, string? ClientCa, string? Token)
    {
        public override string ToString() => nameof(Texts);
    }

    private sealed record State(
        Texts Texts, X509Certificate2 Certificate, SslStreamCertificateContext Context, X509Certificate2Collection? ClientCa, byte[]? TokenHash)
    {
        public override string ToString() => nameof(State);
    }
}
