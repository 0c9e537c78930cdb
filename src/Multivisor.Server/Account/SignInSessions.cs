using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Account;

/// <summary>
/// Sessions are signed cookies: they survive a restart and hold on every server with the same secret and the same user
/// name and password; a changed password ends them all. Signing out ends one for good on this server; the list of those
/// ended is kept until they would have expired anyhow.
/// </summary>
internal sealed class SignInSessions(SessionKey key, TimeProvider time)
{
    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>A new cookie value for those who may sign in.</summary>
    public string Create(SignInConfig signIn)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var content = Encoding.UTF8.GetBytes($"{id}.{time.GetUtcNow().ToUnixTimeSeconds()}.{Mark(signIn)}");
        return $"{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(key.Sign(content))}";
    }

    /// <summary>True when the cookie is ours, not expired, made for these credentials and not signed out.</summary>
    public bool IsValid(string? cookie, SignInConfig signIn) =>
        TryRead(cookie, out var session)
        && session.Mark == Mark(signIn)
        && session.Expires > time.GetUtcNow()
        && !_ended.ContainsKey(session.Id);

    public void End(string? cookie)
    {
        if (!TryRead(cookie, out var session))
            return;
        _ended[session.Id] = session.Expires;
        foreach (var (id, expires) in _ended)
        {
            if (expires < time.GetUtcNow())
                _ended.TryRemove(id, out _);
        }
    }

    private bool TryRead(string? cookie, out Session session)
    {
        session = default;
        var dot = cookie?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0 || !TryDecode(cookie.AsSpan(0, dot), out var content) || !TryDecode(cookie.AsSpan(dot + 1), out var signature)
            || !key.IsSigned(content, signature))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(content).Split('.', 3);
        if (parts.Length != 3 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var issued))
            return false;
        session = new Session(parts[0], DateTimeOffset.FromUnixTimeSeconds(issued) + Lifetime, parts[2]);
        return true;
    }

    /// <summary>Tells one pair of credentials from another without telling anything of them.</summary>
    private string Mark(SignInConfig signIn) =>
        Convert.ToHexStringLower(key.Sign(Encoding.UTF8.GetBytes($"{signIn.UserName}\0{signIn.Password}")).AsSpan(0, 16));

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] octets)
    {
        octets = [];
        if (text.Length > 4096 || !Base64Url.IsValid(text))
            return false;
        octets = Base64Url.DecodeFromChars(text);
        return true;
    }

    private readonly record struct Session(string Id, DateTimeOffset Expires, string Mark);
}
