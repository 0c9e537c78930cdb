using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Multivisor.Fleet.Configuration;

/// <summary>
/// <c>[host][:[port]]</c>, the part that addresses to listen on and addresses to connect to have in common. The original matched it at the
/// start of a text and ignored the rest, so that a slip of the pen connected to somewhere else; here the rest is an error.
/// </summary>
/// <param name="Host">null when missing; an IPv6 address without its brackets.</param>
/// <param name="Port">null when missing.</param>
internal readonly record struct HostPort(string? Host, int? Port)
{
    private const int MaxPort = 65535;

    /// <returns>What is wrong, or null.</returns>
    public static ConfigProblem? Read(string text, int minPort, out HostPort result)
    {
        result = default;
        var host = text.StartsWith('[') ? BracketLength(text) : NameLength(text);
        if (host < 0)
            return new ConfigProblem("the IPv6 address in brackets is not valid", "write it as in [::1]:9002");

        var rest = text[host..];
        if (rest.Length > 0 && rest[0] != ':')
            return Trailing(text, rest);
        if (rest.Count(c => c == ':') > 1 && IsAddress(text, AddressFamily.InterNetworkV6))
            return new ConfigProblem("an IPv6 address must stand in brackets", "write it as in [::1]:9002");

        int? port = null;
        if (rest.Length > 1)
        {
            if (!rest.AsSpan(1).ContainsAnyExceptInRange('0', '9'))
                port = int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
            else
                return Trailing(text, rest);
        }

        if (port < minPort || port > MaxPort)
            return new ConfigProblem($"port {rest[1..]} does not exist", $"choose one from {Math.Max(minPort, 1)} to {MaxPort}");

        result = new HostPort(host == 0 ? null : text[..host].Trim('[', ']'), port);
        return null;
    }

    /// <summary>Brackets around an IPv6 address, nothing else.</summary>
    public static string Join(string host, int port) => $"{Bracketed(host)}:{port}";

    public static string Bracketed(string host) => host.Contains(':') ? $"[{host}]" : host;

    private static ConfigProblem Trailing(string text, string rest) => text.Contains('\n')
        ? new ConfigProblem("the indented line below it is read as part of it", "remove the indentation of that line")
        : new ConfigProblem(
            $"'{ConfigMask.MaskUserInfo(rest)}' does not belong there",
            rest.Contains(" #", StringComparison.Ordinal) || rest.Contains(" ;", StringComparison.Ordinal)
                ? "write host:port and nothing else; a comment needs a line of its own"
                : "write host:port and nothing else");

    private static int BracketLength(string text)
    {
        var close = text.IndexOf(']');
        return close > 0 && IsAddress(text[1..close], AddressFamily.InterNetworkV6) ? close + 1 : -1;
    }

    /// <summary>An asterisk, or labels of letters, digits, <c>_</c> and <c>-</c> with single dots between, one more dot at the end allowed.</summary>
    private static int NameLength(string text)
    {
        if (text.StartsWith('*'))
            return 1;

        var length = 0;
        while (length < text.Length && (IsLabel(text[length]) || (text[length] == '.' && length > 0 && text[length - 1] != '.')))
            length++;
        return length;
    }

    private static bool IsLabel(char c) => char.IsLetterOrDigit(c) || c is '_' or '-';

    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family;
}
