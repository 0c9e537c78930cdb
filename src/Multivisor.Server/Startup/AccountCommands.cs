using Multivisor.Fleet.Access;

namespace Multivisor.Server.Startup;

/// <summary><c>multivisor hash-password</c> and <c>multivisor create-token</c>: texts for the configuration.</summary>
internal static class AccountCommands
{
    public static int HashPassword()
    {
        var password = Console.IsInputRedirected ? Console.In.ReadLine() : AskTwice();
        if (string.IsNullOrWhiteSpace(password))
        {
            Console.Error.WriteLine("multivisor: no password; type it, or send it as one line on stdin");
            return ExitCode.BadConfiguration;
        }

        Console.WriteLine(StoredPassword.Create(password));
        return ExitCode.Ok;
    }

    public static int CreateToken(string name, string role, string? scope)
    {
        if (!AccessRoles.TryParse(role, out _))
            return Fail($"there is no role '{role}'; choose viewer, operator or admin");
        if (scope is not null && !AccessScope.TryParse(scope, out _, out var problem))
            return Fail($"{problem.Value.What}; {problem.Value.Advice}");
        if (name.Length == 0 || name.Any(c => char.IsControl(c) || c is '[' or ']'))
            return Fail("the token needs a name that can stand in [token:NAME]");
        var (token, stored) = StoredToken.Create();
        Console.Error.WriteLine("The token, shown this once; send it as 'Authorization: Bearer TOKEN':");
        Console.WriteLine(token);
        Console.Error.WriteLine("Add this to the configuration, and have it read again:");
        Console.Error.WriteLine($"\n[token:{name}]\nhash = {stored}\nrole = {role}");
        if (scope is not null)
            Console.Error.WriteLine($"scope = {scope.Replace("%", "%%", StringComparison.Ordinal)}");
        return ExitCode.Ok;
    }

    private static string? AskTwice()
    {
        var typed = PasswordPrompt.Ask("Password: ", "Again: ");
        if (typed[0] == typed[1] || typed[0] is null)
            return typed[0];
        Console.Error.WriteLine("multivisor: the two are different");
        return null;
    }

    private static int Fail(string problem)
    {
        Console.Error.WriteLine($"multivisor: {problem}");
        return ExitCode.BadConfiguration;
    }
}
