using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>The value of <c>url=</c>: one place, several of the same supervisord separated by commas, or <c>auto</c>.</summary>
internal static class SupervisorUrlList
{
    private const string Auto = "auto";

    /// <summary>More ways to one supervisord nobody has.</summary>
    private const int Limit = 8;

    /// <returns>What is wrong, or null.</returns>
    public static ConfigProblem? Read(string text, string sectionName, out ImmutableArray<SupervisorUrl> urls)
    {
        urls = [];
        var parts = UrlListText.Split(text);
        if (parts.Count > Limit)
            return new ConfigProblem($"it names more than {Limit} places", "keep those that are in use");
        var found = ImmutableArray.CreateBuilder<SupervisorUrl>();
        foreach (var part in parts)
        {
            if (part.Length == 0 && parts.Count > 1)
                return new ConfigProblem("there is nothing between two commas", "write one place between them, or remove one");
            var problem = part == Auto || part.StartsWith($"{Auto}://", StringComparison.OrdinalIgnoreCase)
                ? ReadAuto(part, sectionName, found)
                : ReadOne(part, sectionName, found);
            if (problem is not null)
                return problem;
        }

        urls = found.DrainToImmutable();
        return null;
    }

    private static ConfigProblem? ReadOne(string text, string sectionName, ImmutableArray<SupervisorUrl>.Builder found)
    {
        var problem = SupervisorUrl.Read(text, sectionName, out var url);
        if (url is not null)
            found.Add(url);
        return problem;
    }

    /// <summary>The usual place of the agent, and the usual place of supervisord.</summary>
    private static ConfigProblem? ReadAuto(string text, string sectionName, ImmutableArray<SupervisorUrl>.Builder found)
    {
        var host = text.Length > Auto.Length ? text[(Auto.Length + 3)..] : "";
        if (host.Contains('@'))
            return new ConfigProblem("auto takes no user name and password", "write auto://host, and username= and password_file= beside it");
        if (HostPort.Read(host, minPort: 1, out var parts) is { } wrong)
            return wrong;
        if (parts.Port is not null)
            return new ConfigProblem("auto looks at the usual ports and takes none", "write auto://host, or both places: host:9002, http://host:9001");
        var problem = SupervisorUrl.Read(host, sectionName, out var agent);
        if (agent is null)
            return problem;
        found.Add(agent);
        found.Add(new SupervisorUrl(SupervisorUrl.Http, agent.Host, SupervisorUrl.DirectPort, text));
        return null;
    }
}
