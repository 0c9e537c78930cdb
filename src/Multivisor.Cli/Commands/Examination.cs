using System.Globalization;
using Multivisor.Cli.Output;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary>What is to be said of one supervisor. Knows nothing but what the server told.</summary>
internal static class Examination
{
    public const string Problem = "problem";
    public const string Note = "note";

    /// <summary>Seconds; times of the host are shown as they are, so that more than this misleads.</summary>
    private const double ClockLimit = 5;

    /// <summary>
    /// The first good version of each line: earlier ones let anybody who may call XML-RPC run commands (CVE-2017-11610; docs of supervisor 3.3.3).
    /// </summary>
    private static readonly Version[] Repaired = [new(3, 0, 1), new(3, 1, 4), new(3, 2, 4), new(3, 3, 3)];

    /// <param name="server">The version of the server, which is that of the agents it came with.</param>
    public static IEnumerable<DoctorFindingJson> Of(SupervisorJson supervisor, string server)
    {
        if (supervisor.Link is not { } link)
        {
            if (!supervisor.Running)
                yield return Say(Problem, "not connected", "this server does not say why (an original?); look into its log");
            yield break;
        }

        if (!supervisor.Running)
            yield return Lost(link);
        if (link.Slow)
            yield return Say(Problem, $"supervisord answers slowly, so it is asked only every {Seconds(link.PollPeriod)}", "look at the load of that host; an agent (multivisor-rpc) is told of changes and needs not ask");
        if (link.ClockDifference is { } clock && Math.Abs(clock) > ClockLimit)
            yield return Say(Problem, $"its clock is {Seconds(Math.Abs(clock))} {(clock > 0 ? "ahead of" : "behind")} the server's", "set the clocks by NTP on both; times of its processes are wrong by that much");
        if (IsVulnerable(supervisor.SupervisorVersion))
            yield return Say(Problem, $"supervisord {supervisor.SupervisorVersion} has a known hole: who reaches its XML-RPC runs commands there (CVE-2017-11610)", "install supervisor 3.3.3 or newer");
        if (link.Kind == "original")
            yield return Say(Note, "the agent is the original's, which loses events in bursts and says nothing of the state of its link", "install multivisor-rpc of this version in its place: same port, same configuration (docs/agent.md)");
        if (link.Kind == "agent" && IsOlder(link.AgentVersion, server))
            yield return Say(Note, $"its agent is {link.AgentVersion}, older than the server ({server})", "replace multivisor-rpc on that host when it suits; both work together meanwhile");
        if (link is { Protected: false, Kind: not null })
            yield return Say(Note, "its link is not protected: who is on the way reads it, and who reaches the port can stop everything there", "use tls:// with a token (docs/agent.md), ssh://, or let a firewall admit the server alone");

        DoctorFindingJson Say(string severity, string what, string advice) => new(supervisor.Name, severity, what, advice);

        DoctorFindingJson Lost(LinkJson lost)
        {
            // The server's sentence is "what (what to do)", with its own name before it.
            var text = lost.Error ?? (lost.State == "connecting" ? "it has not been reached yet" : lost.State);
            var prefix = $"{supervisor.Name}: ";
            if (text.StartsWith(prefix, StringComparison.Ordinal))
                text = text[prefix.Length..];
            var since = lost.LastContact is { } contact ? $"; last heard of {Times.Date((long)contact)}" : "; never heard of yet";
            var open = text.IndexOf(" (", StringComparison.Ordinal);
            return open > 0 && text.EndsWith(')')
                ? Say(Problem, text[..open] + since, text[(open + 2)..^1])
                : Say(Problem, text + since, "see docs/troubleshooting.md");
        }
    }

    private static bool IsVulnerable(string? version)
    {
        if (Parse(version) is not { Major: 3 } found)
            return false;
        var repaired = Array.Find(Repaired, v => v.Minor == found.Minor);
        return repaired is not null && found < repaired;
    }

    private static bool IsOlder(string? version, string than) => Parse(version) is { } found && Parse(than) is { } ours && found < ours;

    /// <summary>The numbers at the beginning: <c>3.0b2</c> is 3.0.</summary>
    private static Version? Parse(string? version)
    {
        var end = 0;
        while (end < (version?.Length ?? 0) && (char.IsAsciiDigit(version![end]) || version[end] == '.'))
            end++;
        return Version.TryParse(version?[..end].TrimEnd('.'), out var parsed) ? new Version(parsed.Major, parsed.Minor, Math.Max(0, parsed.Build)) : null;
    }

    private static string Seconds(double? seconds) => $"{(seconds ?? 0).ToString("0.#", CultureInfo.InvariantCulture)} s";
}
