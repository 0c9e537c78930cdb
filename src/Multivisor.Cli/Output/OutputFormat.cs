namespace Multivisor.Cli.Output;

internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>One JSON document per line, as they come.</summary>
    Ndjson,

    /// <summary>One line each, fields separated by tabs, no headings, no colours.</summary>
    Plain,
}
