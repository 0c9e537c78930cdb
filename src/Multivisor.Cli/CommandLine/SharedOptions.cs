using System.CommandLine;
using Multivisor.Cli.Output;

namespace Multivisor.Cli.CommandLine;

/// <summary>Options that every command takes.</summary>
internal sealed class SharedOptions
{
    public Option<string?> Url { get; } = new("--url")
    {
        Description = "The server: [http[s]://]host[:port][/path]. Default: $MULTIVISOR_URL, the current context, localhost:22000",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Context { get; } = new("--context")
    {
        Description = "A server of ~/.config/multivisor/cli.toml. Default: $MULTIVISOR_CONTEXT, or the current one of that file",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string?> Token { get; } = new("--token")
    {
        Description = "An API token; better in $MULTIVISOR_TOKEN, where others on this machine do not see it",
        HelpName = "TOKEN",
        Recursive = true,
    };

    public Option<string?> User { get; } = new("--user")
    {
        Description = "Sign in as this user for this command. The password is asked for, or in $MULTIVISOR_PASSWORD",
        HelpName = "USER",
        Recursive = true,
    };

    public Option<string?> Ca { get; } = new("--ca")
    {
        Description = "PEM file of who may have signed the server's certificate. Default: $MULTIVISOR_CA",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours, as with $NO_COLOR", Recursive = true };

    public Option<OutputFormat> Output { get; } = new("--output", "-o")
    {
        Description = "table, json, ndjson or plain",
        HelpName = "FORMAT",
        Recursive = true,
        CustomParser = result => Enum.TryParse<OutputFormat>(result.Tokens[0].Value, ignoreCase: true, out var format) && !char.IsDigit(result.Tokens[0].Value[0])
            ? format
            : Wrong(result, $"--output is table, json, ndjson or plain, not '{result.Tokens[0].Value}'"),
    };

    /// <summary>Those about the server, which is chosen once.</summary>
    public IEnumerable<Option> AboutServer => [Url, Context, Token, User, Ca];

    private static OutputFormat Wrong(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return OutputFormat.Table;
    }
}
