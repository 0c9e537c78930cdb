using System.Globalization;
using System.Text.Json;
using Multivisor.Cli.Output;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary><c>doctor</c>: why a supervisor cannot be reached, what is odd about it, and what to do.</summary>
internal static class DoctorCommand
{
    public static async Task<int> RunAsync(CliSession session, CancellationToken cancellationToken)
    {
        var site = await session.Client.GetSiteAsync(cancellationToken);
        var server = await VersionCommand.OfServerAsync(session.Client, cancellationToken);
        var findings = site.Supervisors.Values.OrderBy(s => s.Name, StringComparer.Ordinal).SelectMany(s => Examination.Of(s, server ?? ProgramVersion.Text)).ToList();
        Show(session, site, findings);
        return findings.Exists(f => f.Severity == Examination.Problem) ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static void Show(CliSession session, SiteJson site, List<DoctorFindingJson> findings)
    {
        var terminal = session.Terminal;
        switch (session.Format)
        {
            case OutputFormat.Json:
                terminal.Line(JsonSerializer.Serialize(findings, CliJson.Wire.IReadOnlyListDoctorFindingJson));
                break;
            case OutputFormat.Ndjson:
                foreach (var finding in findings)
                    terminal.Line(JsonSerializer.Serialize(finding, CliJson.Wire.DoctorFindingJson));
                break;
            case OutputFormat.Plain:
                foreach (var finding in findings)
                    terminal.Line(string.Join('\t', finding.Supervisor, finding.Severity, finding.What, finding.Advice));
                break;
            default:
                // What is true of many hosts is said once.
                foreach (var same in findings.GroupBy(f => (f.Severity, f.What, f.Advice)))
                {
                    var mark = same.Key.Severity == Examination.Problem ? terminal.Paint(Style.BoldRed, "problem") : terminal.Paint(Style.Grey, "note   ");
                    terminal.Line($"{mark} {terminal.Safe(Names([.. same.Select(f => f.Supervisor)]))}: {terminal.Safe(same.Key.What)}");
                    terminal.Line($"        {terminal.Safe(same.Key.Advice)}");
                }

                var sick = findings.Where(f => f.Severity == Examination.Problem).Select(f => f.Supervisor).Distinct(StringComparer.Ordinal).Count();
                var count = site.Supervisors.Count.ToString(CultureInfo.InvariantCulture);
                var supervisors = site.Supervisors.Count == 1 ? "1 supervisor" : $"{count} supervisors";
                terminal.Line(sick == 0 ? $"{supervisors}, no problem" : $"{sick} of {supervisors} with problems");
                break;
        }

        terminal.Flush();
    }

    private static string Names(string[] supervisors)
    {
        const int Most = 10;
        var names = string.Join(", ", supervisors.Take(Most));
        return supervisors.Length > Most ? $"{names} and {supervisors.Length - Most} more" : names;
    }
}
