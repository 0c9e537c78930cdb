using Multivisor.Cli.Output;
using Multivisor.Client;

namespace Multivisor.Cli.Commands;

/// <summary>What a command works with: the server, where to write, and how it was asked to.</summary>
internal sealed record CliSession(MultivisorClient Client, CliTerminal Terminal)
{
    public OutputFormat Format { get; init; } = OutputFormat.Table;

    /// <summary>Nobody is asked before something is done.</summary>
    public bool AssumeYes { get; init; }

    /// <summary>What would be done is shown, and nothing done.</summary>
    public bool DryRun { get; init; }
}
