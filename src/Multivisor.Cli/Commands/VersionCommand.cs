using System.Text.Json;
using Multivisor.Cli.Output;
using Multivisor.Client;

namespace Multivisor.Cli.Commands;

/// <summary><c>version</c>: of this program, and of the server if it can be asked.</summary>
internal static class VersionCommand
{
    public static async Task<int> RunAsync(CliSession session, CancellationToken cancellationToken)
    {
        string? server = null;
        try
        {
            server = await OfServerAsync(session.Client, cancellationToken);
        }
        catch (MultivisorException e)
        {
            session.Terminal.Note(e.Message);
        }

        if (session.Format is OutputFormat.Json or OutputFormat.Ndjson)
        {
            session.Terminal.LineNow(JsonSerializer.Serialize(new VersionJson(ProgramVersion.Text, server), CliJson.Wire.VersionJson));
        }
        else
        {
            session.Terminal.LineNow($"multivisor-cli {ProgramVersion.Text}");
            if (server is not null)
                session.Terminal.LineNow($"multivisor {session.Terminal.Safe(server)} at {session.Client.Server}");
        }

        return ExitCode.Done;
    }

    /// <returns>Null when the server does not tell, as the original.</returns>
    public static async Task<string?> OfServerAsync(MultivisorClient client, CancellationToken cancellationToken)
    {
        await foreach (var first in client.FollowEventsAsync(cancellationToken: cancellationToken))
            return (first as SiteEvent.Hello)?.Server.Version;
        return null;
    }
}
