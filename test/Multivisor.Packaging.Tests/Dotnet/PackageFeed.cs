using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Dotnet;

/// <summary>NuGet with the packages of the release and no others: what they need must be in them.</summary>
internal static class PackageFeed
{
    /// <returns>The path of a NuGet.config.</returns>
    public static string Write(TemporaryFolder folder) => folder.Write("NuGet.config", $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="release" value="{Release.Folder}" />
          </packageSources>
        </configuration>
        """);

    /// <summary>A cache of its own: one that an earlier test left has the same version with other content.</summary>
    public static Dictionary<string, string> Environment(TemporaryFolder folder) => new(StringComparer.Ordinal)
    {
        ["NUGET_PACKAGES"] = folder["packages"],
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };
}
