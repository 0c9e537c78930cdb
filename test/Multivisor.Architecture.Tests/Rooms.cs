using System.Reflection;
using System.Xml.Linq;
using Multivisor.Testing;

namespace Multivisor.Architecture.Tests;

/// <summary>The table of who may reference whom. A project that is not in it does not pass.</summary>
internal static class Rooms
{
    /// <summary>Project, and the projects it may name in its project file.</summary>
    public static IReadOnlyDictionary<string, string[]> MayReference { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Multivisor.ZeroRpc"] = [],
        ["Multivisor.Supervisord"] = [],
        ["Multivisor.Contract"] = [],
        ["Multivisor.Agent"] = ["Multivisor.ZeroRpc", "Multivisor.Supervisord"],
        ["Multivisor.Fleet"] = ["Multivisor.ZeroRpc", "Multivisor.Supervisord"],
        ["Multivisor.Server"] = ["Multivisor.Fleet", "Multivisor.Contract"],
        ["Multivisor.Client"] = ["Multivisor.Contract"],
        ["Multivisor.Cli"] = ["Multivisor.Client", "Multivisor.Contract"],
    };

    /// <summary>
    /// States, structs and faults of supervisord travel through the rooms above it as what they are: whoever is told of them may name them.
    /// </summary>
    public static IReadOnlySet<string> Vocabulary { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Multivisor.Supervisord.ProcessInfo",
        "Multivisor.Supervisord.ProcessState",
        "Multivisor.Supervisord.ProcessStateExtensions",
        "Multivisor.Supervisord.SupervisordFault",
        "Multivisor.Supervisord.SupervisordFaultException",
    };

    public static string SourceFolder { get; } = Path.Combine(TestData.RepositoryRoot, "src");

    public static IEnumerable<string> ProjectFiles => Directory.EnumerateFiles(SourceFolder, "*.csproj", SearchOption.AllDirectories).Order();

    public static IEnumerable<string> SourceFiles => Directory.EnumerateFiles(SourceFolder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !IsBuildOutput(file))
        .Order();

    /// <summary>The compiled assembly of a project, which may have another name than the project.</summary>
    public static Assembly Load(string projectFile)
    {
        var name = XDocument.Load(projectFile).Descendants("AssemblyName").FirstOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(projectFile);
        return Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
    }

    public static bool IsBuildOutput(string file) => Path.GetRelativePath(TestData.RepositoryRoot, file)
        .Split(Path.DirectorySeparatorChar)
        .Any(part => part is "bin" or "obj" or "artifacts" or "node_modules");
}
