namespace Multivisor.Cli.Commands;

/// <summary><c>config</c>: the server's configuration file, its secrets masked; or to be read again.</summary>
internal static class ConfigCommand
{
    public static async Task<int> ShowAsync(CliSession session, CancellationToken cancellationToken)
    {
        var text = await session.Client.GetConfigurationAsync(cancellationToken);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            session.Terminal.Line(session.Terminal.Safe(line.TrimEnd('\r')));
        session.Terminal.Flush();
        return ExitCode.Done;
    }

    public static async Task<int> ReloadAsync(CliSession session, CancellationToken cancellationToken)
    {
        await session.Client.ReloadConfigurationAsync(cancellationToken);
        session.Terminal.LineNow("the configuration was read again");
        return ExitCode.Done;
    }
}
