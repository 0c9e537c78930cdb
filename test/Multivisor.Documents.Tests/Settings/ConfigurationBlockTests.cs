using System.Text.Json;
using System.Text.RegularExpressions;
using Multivisor.Documents.Tests.Reading;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Documents.Tests.Settings;

/// <summary>Configurations that the documents show can be copied.</summary>
public sealed partial class ConfigurationBlockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvdoc-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Blocks { get; } = [.. Find(ConfigurationKind.Multivisor).Select(block => block.Place)];

    [Fact]
    public void Settings_AllBlocks_AreOfAKnownKind() => Assert.Empty(Find(ConfigurationKind.Unknown).Select(block => block.Place));

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Configuration_OfADocument_IsReadWithoutAWarning(string place)
    {
        // What include= names.
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "conf.d"));
        File.WriteAllText(Path.Combine(_folder.FullName, "conf.d", "more.conf"), "[supervisor:included]\n");
        var file = Path.Combine(_folder.FullName, "multivisor.conf");
        File.WriteAllText(file, Completed(Find(ConfigurationKind.Multivisor).Single(block => block.Place == place).Text));

        var read = MultivisorConfig.Load(file);

        Assert.Empty(read.Errors);
        Assert.Empty(read.Config!.Warnings);
    }

    [Fact]
    public void Json_OfTheDocuments_IsJson()
    {
        foreach (var block in Document.All.SelectMany(document => document.Blocks).Where(block => block.Language == "json"))
        {
            var problem = Record.Exception(() => JsonDocument.Parse(block.Text).Dispose());
            Assert.True(problem is null, $"{block.Place}: {problem?.Message}");
        }
    }

    private static IEnumerable<CodeBlock> Find(ConfigurationKind kind) => Document.All.SelectMany(document => document.Blocks)
        .Where(block => block.Language == "ini" && block.KindOfConfiguration == kind);

    /// <summary>A part of a file becomes one, and where it leaves out a hash there is one.</summary>
    private static string Completed(string part)
    {
        var text = PasswordHash().Replace(part, StoredPassword.Create("correct horse").Replace("$", "$$", StringComparison.Ordinal));
        text = text.Replace("{SHA256}…", StoredToken.Create().Stored, StringComparison.Ordinal);
        if (!text.Contains("[global]", StringComparison.Ordinal))
            text = $"[global]\n{text}";
        return text.Contains("[supervisor:", StringComparison.Ordinal) || text.Contains("[discovery:", StringComparison.Ordinal) ? text : $"{text}\n[supervisor:host1]\n";
    }

    [GeneratedRegex(@"\{PBKDF2-SHA512\}\S*", RegexOptions.None, 1000)]
    private static partial Regex PasswordHash();
}
