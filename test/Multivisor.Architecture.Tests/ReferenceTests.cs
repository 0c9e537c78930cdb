using System.Xml.Linq;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;

namespace Multivisor.Architecture.Tests;

public sealed class ReferenceTests
{
    private static readonly Dictionary<string, System.Reflection.Assembly> Assemblies =
        Rooms.ProjectFiles.ToDictionary(file => Path.GetFileNameWithoutExtension(file), Rooms.Load, StringComparer.Ordinal);

    public static TheoryData<string> Projects => [.. Assemblies.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectFile_References_AreThoseOfTheTable(string project)
    {
        Assert.True(Rooms.MayReference.ContainsKey(project), $"{project} is new: decide in {nameof(Rooms)} whom it may reference.");

        var references = XDocument.Load(Path.Combine(Rooms.SourceFolder, project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(Rooms.MayReference[project]));
    }

    /// <summary>
    /// A project sees what its references reference, so the table says too little: here every dependency between two types counts.
    /// </summary>
    [Fact]
    public void Types_DependencyAcrossRooms_IsAllowedByTheTable()
    {
        var architecture = new ArchLoader().LoadAssemblies([.. Assemblies.Values]).Build();
        var wrong =
            from type in architecture.Types
            let room = RoomOf(type)
            where room is not null
            from target in type.GetTypeDependencies(architecture)
            let targetRoom = RoomOf(target)
            where targetRoom is not null && targetRoom != room
            where !Rooms.MayReference[room].Contains(targetRoom) && !Rooms.Vocabulary.Contains(target.FullName)
            select $"{type.FullName} uses {target.FullName}";

        Assert.Equal("", string.Join('\n', wrong.Distinct()));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_AspNetCore_IsKnownToTheServerAlone(string project)
    {
        var web = Assemblies[project].GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

        Assert.True(project == "Multivisor.Server" || !web.Any(), $"{project} references {string.Join(", ", web.Select(name => name.Name))}");
    }

    private static string? RoomOf(IType type) =>
        Assemblies.FirstOrDefault(room => room.Value.GetName().Name == type.Assembly.Name.Split(',')[0]).Key;
}
