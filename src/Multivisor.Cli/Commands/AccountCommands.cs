using Multivisor.Cli.Connection;
using Multivisor.Cli.Output;
using Multivisor.Client;

namespace Multivisor.Cli.Commands;

/// <summary><c>login</c> and <c>logout</c>: a session that later commands use.</summary>
internal static class AccountCommands
{
    public static async Task<int> SignInAsync(CliSession session, string? user, CancellationToken cancellationToken)
    {
        var wanted = await session.Client.GetAuthenticationAsync(cancellationToken);
        if (!wanted.UseAuthentication)
        {
            session.Terminal.LineNow($"{session.Client.Server} needs no sign-in");
            return ExitCode.Done;
        }

        user ??= AskFor("User: ", session.Terminal);
        await SignInAsync(session.Client, user, session.Terminal, cancellationToken);
        SessionStore.Keep(session.Client.Options.Url, session.Client.Session);
        session.Terminal.LineNow($"signed in at {session.Client.Server} as {session.Terminal.Safe(user)}");
        return ExitCode.Done;
    }

    public static async Task<int> SignOutAsync(CliSession session, CancellationToken cancellationToken)
    {
        SessionStore.Keep(session.Client.Options.Url, session: null);
        await session.Client.SignOutAsync(cancellationToken);
        session.Terminal.LineNow($"signed out at {session.Client.Server}");
        return ExitCode.Done;
    }

    /// <summary>With the password of <c>MULTIVISOR_PASSWORD</c>, or by asking for it.</summary>
    public static async Task SignInAsync(MultivisorClient client, string user, CliTerminal terminal, CancellationToken cancellationToken)
    {
        var password = Environment.GetEnvironmentVariable("MULTIVISOR_PASSWORD");
        if (password is not { Length: > 0 })
        {
            if (!terminal.CanAsk)
                throw new CliException(ExitCode.NotAllowed, "the password cannot be asked for here: set MULTIVISOR_PASSWORD, or use a token");
            password = PasswordPrompt.Ask($"Password of {user}: ");
        }

        try
        {
            await client.SignInAsync(user, password, cancellationToken);
        }
        catch (MultivisorException e) when (e.Problem == MultivisorProblem.Refused)
        {
            throw new CliException(ExitCode.NotAllowed, e.Message);
        }
    }

    private static string AskFor(string what, CliTerminal terminal)
    {
        if (!terminal.CanAsk)
            throw new CliException(ExitCode.WrongUsage, "say who signs in: login USER");
        Console.Error.Write(what);
        return Console.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : throw new CliException(ExitCode.WrongUsage, "nobody was named");
    }
}
