using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Multivisor.Fleet.Configuration;

/// <summary>Values of keys, from their text.</summary>
internal static class AccessValues
{
    public delegate bool TryParse<T>(string text, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out ConfigProblem? problem);

    public static bool TryParseSwitch(string text, out bool value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        // The words of Python's configparser.
        value = text.ToLowerInvariant() is "true" or "yes" or "on" or "1";
        var known = value || text.ToLowerInvariant() is "false" or "no" or "off" or "0";
        problem = known ? null : new ConfigProblem($"'{text}' is neither true nor false", "write true or false");
        return known;
    }

    public static bool TryParseHosts(string text, out ImmutableArray<string> value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        value = [.. Split(text).Select(host => host.ToLowerInvariant())];
        var bad = value.FirstOrDefault(host => host.AsSpan().ContainsAny('/', '@', ' '));
        problem = bad is null ? null : new ConfigProblem($"'{bad}' is no host", "write names as in the address of the page, with the port only where it matters");
        return bad is null;
    }

    public static bool TryParseBasePath(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        value = text.TrimEnd('/');
        var good = value.Length == 0
            || (value[0] == '/' && value.Split('/').Skip(1).All(part => part.Length > 0 && part.Trim('.').Length > 0)
                && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~'));
        problem = good ? null : new ConfigProblem($"'{text}' is no path", "write it like /multivisor");
        return good;
    }

    public static bool TryParseNetworks(string text, out ImmutableArray<IPNetwork> value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        problem = null;
        foreach (var part in Split(text))
        {
            if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else
                problem ??= new ConfigProblem($"'{part}' is neither an address nor a network", "write addresses like 10.0.0.5 or networks like 10.0.0.0/8");
        }

        value = networks.DrainToImmutable();
        return problem is null;
    }

    public static bool TryParseOrigins(string text, out ImmutableArray<string> value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        value = [.. Split(text).Select(origin => origin.TrimEnd('/').ToLowerInvariant())];
        var bad = value.FirstOrDefault(origin =>
            !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0);
        problem = bad is null ? null : new ConfigProblem($"'{bad}' is no origin", "write it like https://host.example, and never *");
        return bad is null;
    }

    /// <summary>HTTPS, since whoever changes what it says signs in as anybody; plain only where nobody is in between.</summary>
    public static bool TryParseAuthority(string text, [NotNullWhen(true)] out Uri? value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        var good = Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out value) && value.Host.Length > 0 && value.UserInfo.Length == 0
            && value.Query.Length == 0 && value.Fragment.Length == 0
            && (value.Scheme == Uri.UriSchemeHttps || (value.Scheme == Uri.UriSchemeHttp && value.IsLoopback));
        // Not what was written: there may be a password in it.
        problem = good ? null : new ConfigProblem("this is no address of an OpenID provider", "write it like https://login.example/realms/site; http:// is for this machine only");
        return good;
    }

    public static bool TryParseWords(string text, out ImmutableArray<string> value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        value = [.. Split(text)];
        problem = null;
        return true;
    }

    public static bool TryParsePath(string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        value = text;
        problem = Path.IsPathFullyQualified(text) ? null : new ConfigProblem($"'{text}' is no full path", "begin it with a slash");
        return problem is null;
    }

    /// <summary>A number and s, m, h or d.</summary>
    public static bool TryParseDuration(string text, out TimeSpan value, [NotNullWhen(false)] out ConfigProblem? problem)
    {
        const int MaxDays = 3650;
        value = default;
        problem = new ConfigProblem($"'{text}' is no time", "write a number and s, m, h or d, for example 12h; at least 1m");
        if (text.Length < 2 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        var unit = text[^1] switch { 's' => 1L, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit == 0 || number > MaxDays * 86400L / unit || number * unit < 60)
            return false;
        value = TimeSpan.FromSeconds(number * unit);
        problem = null;
        return true;
    }

    private static IEnumerable<string> Split(string text) =>
        text.Split([',', '\n', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
