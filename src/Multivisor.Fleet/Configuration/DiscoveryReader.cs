using System.Collections.Immutable;
using System.Globalization;

namespace Multivisor.Fleet.Configuration;

/// <summary>Reads the <c>[discovery:NAME]</c> sections.</summary>
/// <param name="expand">The text of a key; null when it is wrong and reported.</param>
internal sealed class DiscoveryReader(
    IniDocument document, string file, Func<IniSection, IniKey, string?> expand, Action<int, string, string> error, Action<int, string, string> warn)
{
    private const string Prefix = "discovery:";
    private const string FileKey = "file";
    private const string DnsKey = "dns";
    private const string PeriodKey = "period";
    private const string LabelsKey = "labels";

    /// <summary>A file is looked at so often, an answer of DNS is asked for so often.</summary>
    private static readonly TimeSpan FilePeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DnsPeriod = TimeSpan.FromSeconds(30);

    public static bool IsDiscovery(IniSection section) => section.Name.StartsWith(Prefix, StringComparison.Ordinal);

    private readonly ConfigSource _source = new(document, file);

    public ImmutableArray<DiscoveryConfig> Read()
    {
        var found = ImmutableArray.CreateBuilder<DiscoveryConfig>();
        foreach (var section in document.Sections.Where(IsDiscovery))
        {
            if (Read(section, IniText.Trim(section.Name[Prefix.Length..])) is { } discovery)
                found.Add(discovery);
        }

        return found.DrainToImmutable();
    }

    private DiscoveryConfig? Read(IniSection section, string name)
    {
        foreach (var key in section.Keys.Where(key => !ConfigKeys.Discovery.Contains(key.Name)))
            warn(key.Line, $"key '{key.Name}' of discovery '{name}' is not known and has no effect", "remove it; file, dns, period, labels, and the keys of a supervisor are used");
        var (path, dns) = (Text(FileKey), Text(DnsKey));
        if ((path is null) == (dns is null))
        {
            error(section.Line, $"discovery '{name}' needs either '{FileKey}' or '{DnsKey}'", "write file = hosts.json, or dns = name.example:9002");
            return null;
        }

        var endpoint = new SupervisorUrl(SupervisorUrl.Tcp, "localhost", SupervisorUrl.DefaultPort, "");
        if (dns is not null)
        {
            var problem = SupervisorUrl.Read(dns, "", out var url);
            if (url is null || url.Scheme is SupervisorUrl.Unix or SupervisorUrl.Ssh)
            {
                problem ??= new ConfigProblem("a name can only be resolved to hosts of a network", "write name.example:9002 or http://name.example:9001");
                error(LineOf(DnsKey), $"{DnsKey} of discovery '{name}': {problem.What}", problem.Advice);
                return null;
            }

            endpoint = url;
        }

        // A list may hold urls of any kind, so all settings of a link make sense there.
        SupervisorUrl[] kinds = dns is not null
            ? [endpoint]
            : [endpoint with { Scheme = SupervisorUrl.Tls }, endpoint with { Scheme = SupervisorUrl.Http }];
        var credentials = new CredentialsReader(
            ConfigInclude.FolderOf(file), Own, (key, what, advice) => error(LineOf(key), what, advice), (key, what, advice) => warn(LineOf(key), what, advice)).Read(name, kinds);
        if (endpoint.UserName is not null)
            credentials = new CredentialsConfig(endpoint.UserName, endpoint.Password, null, null);
        var template = new DiscoveryTemplate(endpoint.Scheme, endpoint.Port, credentials, ReadLabels(name))
        {
            Tls = new TlsReader(_source, _source, (_, of, key) => expand(of, key), (_, line, what, advice) => error(line, what, advice)).Read(section, name, kinds),
        };
        return new DiscoveryConfig(
            name, path is null ? null : Path.GetFullPath(path, ConfigInclude.FolderOf(file)), dns is null ? null : endpoint.Host,
            template, ReadPeriod(name, dns is null ? FilePeriod : DnsPeriod), section.Line);

        string? Own(string key) => section.Find(key) is { } own ? expand(section, own) : null;

        string? Text(string key) => Own(key) is { Length: > 0 } text ? text : null;

        int LineOf(string key) => section.Find(key)?.Line ?? section.Line;

        LabelSet ReadLabels(string of)
        {
            if (LabelSet.Read(Text(LabelsKey) ?? "", out var labels) is { } problem)
                error(LineOf(LabelsKey), $"labels of discovery '{of}': {problem.What}", problem.Advice);
            return labels;
        }

        TimeSpan ReadPeriod(string of, TimeSpan otherwise)
        {
            if (Text(PeriodKey) is not { } text)
                return otherwise;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400)
                return TimeSpan.FromSeconds(seconds);
            error(LineOf(PeriodKey), $"{PeriodKey} of discovery '{of}' is not a number of seconds", "write a number from 1 to 86400");
            return otherwise;
        }
    }
}
