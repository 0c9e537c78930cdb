using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Multivisor.Fleet.Configuration;

/// <summary>Where the server listens: <c>--bind [host][:port]</c>.</summary>
/// <param name="Host"><c>*</c> for every address, a name, or an address; IPv6 without brackets.</param>
/// <param name="Port">0 lets the system choose one.</param>
public sealed record BindAddress(string Host, int Port)
{
    public const int DefaultPort = 22000;

    /// <summary>Default with sign-in: <c>*:22000</c>.</summary>
    public static BindAddress Everywhere { get; } = new("*", DefaultPort);

    /// <summary>Default without sign-in: <c>localhost:22000</c>.</summary>
    public static BindAddress ThisMachine { get; } = new("localhost", DefaultPort);

    /// <summary>Only programs on this machine can connect. A name other than localhost may resolve to anything.</summary>
    public bool IsThisMachineOnly => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <param name="text">As given to <c>--bind</c>.</param>
    /// <param name="defaults">For the parts that are missing.</param>
    /// <param name="address">Set when the answer is true.</param>
    /// <param name="error">What is wrong and what to do, when the answer is false.</param>
    public static bool TryParse(
        string text, BindAddress defaults, [NotNullWhen(true)] out BindAddress? address, [NotNullWhen(false)] out string? error)
    {
        text = IniText.Trim(text);
        var problem = Read(text, out var parts);
        address = problem is null ? new BindAddress(parts.Host ?? defaults.Host, parts.Port ?? defaults.Port) : null;
        error = problem is null ? null : $"'{text}' is not an address to listen on: {problem.What}; {problem.Advice}";
        return problem is null;
    }

    public override string ToString() => HostPort.Join(Host, Port);

    private static ConfigProblem? Read(string text, out HostPort parts)
    {
        parts = default;
        if (text.Contains("://", StringComparison.Ordinal))
            return new ConfigProblem("it has a scheme", "write host:port, for example localhost:22000");

        // "22000" would be a host of that name, which nobody means; "0" is the short form of 0.0.0.0 and was always allowed.
        if (text.Length > 1 && text.All(char.IsAsciiDigit))
            return new ConfigProblem("a port needs a colon", $"write :{text}");
        return HostPort.Read(text, minPort: 0, out parts);
    }
}
