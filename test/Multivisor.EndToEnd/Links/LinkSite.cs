using Multivisor.EndToEnd.Support;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Links;

/// <summary>A real supervisord and a way to it.</summary>
/// <param name="Supervisord">The way may be anything; the truth is asked over its unix socket.</param>
/// <param name="Settings">The keys of its section in multivisor.conf, one per line.</param>
/// <param name="Environment">Of the server.</param>
public sealed record LinkSite(SupervisordInstance Supervisord, string Settings, IReadOnlyDictionary<string, string>? Environment = null) : IAsyncDisposable
{
    /// <summary>What the way goes through, if it must be disposed too.</summary>
    public IAsyncDisposable? Carrier { get; init; }

    /// <summary>For a supervisord that wants it.</summary>
    public (string UserName, string Password)? SignIn { get; init; }

    internal Task<ServerProcess> ServeAsync(string name) =>
        ServerProcess.StartAsync($"[global]\nname=Links\n[supervisor:{name}]\n{Settings}\n", environment: Environment);

    public SupervisordClient Truth() => new(SupervisordUrl.Parse(Supervisord.UnixUrl).WithCredentials(SignIn?.UserName, SignIn?.Password));

    public async ValueTask DisposeAsync()
    {
        if (Carrier is not null)
            await Carrier.DisposeAsync();
        await Supervisord.DisposeAsync();
    }
}
