using System.Text.RegularExpressions;

namespace Multivisor.Documents.Tests.Reading;

/// <summary>
/// A comment before a block, that readers do not see: what the tests do with it. CONTRIBUTING.md lists the kinds.
/// </summary>
/// <param name="Value">A place for <c>run</c>, a path for <c>file</c>, a reason for the others.</param>
internal sealed partial record BlockMark(string Kind, string Value)
{
    /// <summary>Executed in a place of this name.</summary>
    public const string Run = "run";

    /// <summary>As <see cref="Run"/>, for a program that does not end by itself; it is awaited until it listens.</summary>
    public const string RunOn = "run on";

    /// <summary>Takes minutes: each option is looked up in the help of its program.</summary>
    public const string Options = "options";

    public const string NotRun = "not run";

    /// <summary>The block is a file that the commands after it find.</summary>
    public const string File = "file";

    public static BlockMark? Read(string comment) =>
        Comment().Match(comment.Trim()) is { Success: true } match ? new BlockMark(match.Groups["kind"].Value, match.Groups["value"].Value) : null;

    [GeneratedRegex(@"^<!--\s*(?<kind>run on|run|options|not run|file):\s*(?<value>.+?)\s*-->$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
