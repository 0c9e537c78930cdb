using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Multivisor.Client;

namespace Multivisor.Cli.Connection;

/// <summary>What was said on the command line about the server; null where nothing was.</summary>
internal sealed record ServerArguments(string? Url, string? Context, string? Token, string? User, string? Ca);

/// <summary>Which server, and as whom: the command line before the environment before the settings file.</summary>
internal sealed record ServerChoice(MultivisorClientOptions Options, string? User)
{
    public const string DefaultUrl = "localhost:22000";

    /// <summary>
    /// A secret of a context goes to the server of that context and to no other, so one who names a url gets nothing of it.
    /// </summary>
    /// <exception cref="CliException">Something of it is wrong.</exception>
    public static ServerChoice Make(ServerArguments arguments, CliSettings settings, Func<string, string?> variable)
    {
        var url = arguments.Url ?? (arguments.Context is null ? Variable("MULTIVISOR_URL") : null);
        var context = url is null ? ContextOf(arguments.Context ?? Variable("MULTIVISOR_CONTEXT") ?? settings.Current, settings) : new CliContext();
        var address = Parse(url ?? context.Url ?? DefaultUrl);
        var user = arguments.User ?? Variable("MULTIVISOR_USER") ?? (arguments.Token is null ? context.User : null);
        var token = arguments.Token ?? (arguments.User is null ? Variable("MULTIVISOR_TOKEN") ?? context.Token ?? FirstLine(context.TokenFile) : null);
        var ca = arguments.Ca ?? Variable("MULTIVISOR_CA") ?? context.Ca;
        return new ServerChoice(
            new MultivisorClientOptions
            {
                Url = address,
                Token = token,
                Session = token is null && arguments.User is null ? SessionStore.Find(address) : null,
                TrustedRoots = ca is null ? null : Certificates(ca),
                UserAgent = $"multivisor-cli/{ProgramVersion.Text}",
            },
            user);

        string? Variable(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    private static CliContext ContextOf(string? name, CliSettings settings)
    {
        if (name is null)
            return new CliContext();
        if (settings.Contexts.TryGetValue(name, out var context))
            return context;
        var known = settings.Contexts.Count == 0 ? "there are none" : string.Join(", ", settings.Contexts.Keys.Order(StringComparer.Ordinal));
        throw new CliException(ExitCode.WrongUsage, $"no context is called '{name}' in {CliSettings.DefaultPath} ({known})");
    }

    private static Uri Parse(string text)
    {
        try
        {
            return ServerUrl.Parse(text);
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.WrongUsage, e.Message);
        }
    }

    private static string? FirstLine(string? file)
    {
        if (file is null)
            return null;
        try
        {
            return File.ReadLines(file).FirstOrDefault()?.Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.WrongUsage, $"token_file: {e.Message}");
        }
    }

    private static X509Certificate2Collection Certificates(string file)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? roots : throw new CliException(ExitCode.WrongUsage, $"{file}: there is no certificate in it (PEM is wanted)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException(ExitCode.WrongUsage, $"{file}: {e.Message}");
        }
    }
}
