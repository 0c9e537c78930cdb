using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Startup;

/// <summary>Where the server listens, and what the operator should be told about it.</summary>
/// <param name="IsDefault">No <c>--bind</c> was given: the address follows from the configuration.</param>
/// <param name="Notice">Null when there is nothing to tell.</param>
internal sealed record ListenAddress(BindAddress Bind, bool IsDefault, string? Notice)
{
    public static bool TryChoose(
        string? bind, MultivisorConfig config, [NotNullWhen(true)] out ListenAddress? listen, [NotNullWhen(false)] out string? problem)
    {
        listen = null;
        problem = null;
        var protectedBySignIn = config.IsSignInOn;
        if (bind is null)
        {
            listen = protectedBySignIn
                ? new ListenAddress(BindAddress.Everywhere, true, null)
                : new ListenAddress(BindAddress.ThisMachine, true,
                    "only this machine can connect, because no sign-in is configured; add a [user:NAME] section "
                    + "(multivisor hash-password), or choose an address with --bind");
            return true;
        }

        if (!BindAddress.TryParse(bind, BindAddress.Everywhere, out var address, out problem))
            return false;
        listen = new ListenAddress(address, false, OpenTo(address, config));
        return true;
    }

    /// <summary>What is wrong with listening there without any sign-in, and what to do; null when nothing is.</summary>
    public static string? OpenTo(BindAddress address, MultivisorConfig config) => config.IsSignInOn || address.IsThisMachineOnly
        ? null
        : $"anybody who reaches {address} can stop and start everything, because no sign-in is configured; add a [user:NAME] section "
            + "(multivisor hash-password), or --bind localhost";

    public void Apply(KestrelServerOptions kestrel)
    {
        if (IPAddress.TryParse(Bind.Host, out var address))
            kestrel.Listen(address, Bind.Port);
        else if (Bind.Host is "*" or "")
            kestrel.ListenAnyIP(Bind.Port);
        else if (Bind.Host is "0")
            kestrel.Listen(IPAddress.Any, Bind.Port);
        else if (Bind.IsThisMachineOnly && Bind.Port != 0)
            kestrel.ListenLocalhost(Bind.Port);
        else if (Bind.IsThisMachineOnly)
            kestrel.Listen(IPAddress.Loopback, 0);
        else
            ListenOnName(kestrel);
    }

    private void ListenOnName(KestrelServerOptions kestrel)
    {
        foreach (var address in Dns.GetHostAddresses(Bind.Host).Distinct())
            kestrel.Listen(address, Bind.Port);
    }
}
