using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Multivisor.Server.Access;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Account;

/// <summary>
/// Sessions are signed cookies: they survive a restart and hold on every server with the same secret and the same user
/// name and password; a changed password ends them all. Signing out ends one for good on this server; the list of those
/// ended is kept until they would have expired anyhow.
/// </summary>
/// <remarks>
/// A cookie says when its session began and when it was last used, to the <see cref="RenewalsPerIdleTime"/>th part of the idle
/// limit: a cookie that is older is sent anew with the next answer. What a user may do is never in it, so that a change of the
/// configuration holds at once.
/// </remarks>
internal sealed class SignInSessions(SessionKey key, TimeProvider time)
{
    private const string Format = "2";
    private const int RenewalsPerIdleTime = 24;

    /// <summary>Far more than anybody signs out of within a month; beyond it the ones that expire first are forgotten.</summary>
    private const int MaxEnded = 100_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>A new cookie value for those who may sign in.</summary>
    public string Create(KnownUser user)
    {
        var now = time.GetUtcNow();
        return Write(new Session(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), now, now, Mark(user), user));
    }

    /// <summary>Signs somebody in: with a new session, and never one that somebody else may have put into this browser.</summary>
    public void Begin(HttpContext context, ConfigVersion config, KnownUser user)
    {
        End(context.Request.Cookies[AccountEndpoints.CookieName], config);
        context.Response.Cookies.Append(AccountEndpoints.CookieName, Create(user), AccountEndpoints.CookieOptions(context));
    }

    /// <summary>The session of a cookie that is ours, not expired, made for credentials that still hold, and not signed out.</summary>
    public Session? Find(string? cookie, ConfigVersion config) => Find(cookie, config, isInUse: false);

    /// <summary>The same for a stream that the session keeps open: it is in use, so only its end counts.</summary>
    public Session? FindInUse(string? cookie, ConfigVersion config) => Find(cookie, config, isInUse: true);

    /// <summary>Sends the cookie anew when that is due, so that a session that is used does not end for want of use.</summary>
    /// <remarks>
    /// Decided when the answer begins: one that takes its time must not give back a cookie that a sign-out has taken away meanwhile.
    /// </remarks>
    public void Renew(HttpContext context, ConfigVersion config)
    {
        var cookie = context.Request.Cookies[AccountEndpoints.CookieName];
        if (context.Features.Get<Caller>()?.HasSession != true || !IsDue(Find(cookie, config), config))
            return;
        context.Response.OnStarting(() =>
        {
            if (Find(cookie, config) is { } session)
                context.Response.Cookies.Append(AccountEndpoints.CookieName, Write(session with { Seen = time.GetUtcNow() }), AccountEndpoints.CookieOptions(context));
            return Task.CompletedTask;
        });
    }

    public void End(string? cookie, ConfigVersion config)
    {
        if (TryRead(cookie, config.Access) is not { } session)
            return;
        var now = time.GetUtcNow();
        _ended[session.Id] = session.Issued + config.Config.Access.SessionLimit;
        foreach (var (id, expires) in _ended)
        {
            if (expires < now)
                _ended.TryRemove(id, out _);
        }

        while (_ended.Count > MaxEnded && _ended.MinBy(e => e.Value) is { Key: { } first })
            _ended.TryRemove(first, out _);
    }

    private bool IsDue(Session? session, ConfigVersion config) =>
        session is not null && time.GetUtcNow() - session.Seen >= config.Config.Access.SessionIdle / RenewalsPerIdleTime;

    private Session? Find(string? cookie, ConfigVersion config, bool isInUse)
    {
        var (limits, now) = (config.Config.Access, time.GetUtcNow());
        return TryRead(cookie, config.Access) is { } session
            && session.Issued + limits.SessionLimit > now
            && (isInUse || session.Seen + limits.SessionIdle > now)
            && !_ended.ContainsKey(session.Id)
            ? session
            : null;
    }

    private string Write(Session session)
    {
        var content = Encoding.UTF8.GetBytes(string.Join(
            '.', Format, session.Id, session.Issued.ToUnixTimeSeconds(), session.Seen.ToUnixTimeSeconds(), session.Mark, session.User.Key));
        return $"{Base64Url.EncodeToString(content)}.{Base64Url.EncodeToString(key.Sign(content))}";
    }

    private Session? TryRead(string? cookie, AccessTable access)
    {
        var dot = cookie?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0 || !TryDecode(cookie.AsSpan(0, dot), out var content) || !TryDecode(cookie.AsSpan(dot + 1), out var signature)
            || !key.IsSigned(content, signature))
        {
            return null;
        }

        // The key of the user is last: it may have dots in it.
        return Encoding.UTF8.GetString(content).Split('.', 6) is [Format, var id, var issued, var seen, var mark, var user]
            && TryReadTime(issued, out var began)
            && TryReadTime(seen, out var used)
            && access.Find(user) is { } known
            && Mark(known) == mark
            ? new Session(id, began, used, mark, known)
            : null;
    }

    /// <summary>Tells one pair of credentials from another without telling anything of them.</summary>
    private string Mark(KnownUser user) =>
        Convert.ToHexStringLower(key.Sign(Encoding.UTF8.GetBytes($"{user.Key}\0{user.Credentials}")).AsSpan(0, 16));

    private static bool TryReadTime(string text, out DateTimeOffset value)
    {
        var good = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253402300800;
        value = good ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return good;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] octets)
    {
        octets = [];
        if (text.Length > 4096 || !Base64Url.IsValid(text))
            return false;
        octets = Base64Url.DecodeFromChars(text);
        return true;
    }
}

/// <summary>A session as its cookie tells it.</summary>
internal sealed record Session(string Id, DateTimeOffset Issued, DateTimeOffset Seen, string Mark, KnownUser User);
