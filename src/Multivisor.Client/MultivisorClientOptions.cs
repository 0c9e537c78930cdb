using System.Security.Cryptography.X509Certificates;

namespace Multivisor.Client;

/// <summary>Where a server is and how to speak to it.</summary>
public sealed record MultivisorClientOptions
{
    /// <summary>Made by <see cref="ServerUrl.Parse"/>.</summary>
    public required Uri Url { get; init; }

    /// <summary>An API token (<c>multivisor create-token</c>).</summary>
    public string? Token { get; init; }

    /// <summary>The session of an earlier <see cref="MultivisorClient.SignInAsync"/>.</summary>
    public string? Session { get; init; }

    /// <summary>
    /// Who may have signed the server's certificate, beside those whom this machine trusts. The server's name is checked all the same.
    /// </summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>For an answer that does not take long by its nature. Actions and streams have no limit but silence.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A stream that says nothing for so long is broken; the server speaks every 15 s.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Name and version of the program, for the server's log.</summary>
    public string UserAgent { get; init; } = "Multivisor.Client";
}
