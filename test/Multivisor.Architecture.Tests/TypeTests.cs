using System.Reflection;
using System.Runtime.CompilerServices;

namespace Multivisor.Architecture.Tests;

public sealed class TypeTests
{
    /// <summary>What may be derived from says so by being abstract, an exception's base class included.</summary>
    [Fact]
    public void Classes_NotAbstract_AreSealed() =>
        Assert.Empty(OwnTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsSealed: false }).Select(type => type.FullName));

    [Fact]
    public void Types_Namespace_IsThatOfTheirProject()
    {
        var strangers =
            from file in Rooms.ProjectFiles
            let project = Path.GetFileNameWithoutExtension(file)
            from type in OwnTypes(Rooms.Load(file))
            where type.Namespace != project && type.Namespace?.StartsWith(project + '.', StringComparison.Ordinal) != true
            where type.Name != "Program"
            select type.FullName;

        Assert.Empty(strangers);
    }

    private static IEnumerable<Type> OwnTypes() => Rooms.ProjectFiles.SelectMany(file => OwnTypes(Rooms.Load(file)));

    /// <summary>Without what the compiler and the source generators add.</summary>
    private static IEnumerable<Type> OwnTypes(Assembly assembly) => assembly.GetTypes().Where(type =>
        !type.IsNested
        && !type.Name.Contains('<')
        && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        && type.GetCustomAttribute<System.CodeDom.Compiler.GeneratedCodeAttribute>() is null
        && type.Namespace?.StartsWith("Multivisor", StringComparison.Ordinal) != false
        && type.Name != "Program");
}
