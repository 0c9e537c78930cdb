using Tomlyn;
using Tomlyn.Serialization;

namespace Multivisor.Cli.Connection;

/// <summary>The file <c>~/.config/multivisor/cli.toml</c>: named servers.</summary>
internal sealed class CliSettings
{
    /// <summary>The context that is used when none is named.</summary>
    public string? Current { get; set; }

    public Dictionary<string, CliContext> Contexts { get; set; } = new(StringComparer.Ordinal);

    public static string DefaultPath => Path.Combine(UserFolders.Config, "cli.toml");

    /// <summary>An absent file is an empty one.</summary>
    /// <exception cref="CliException">It cannot be read, or is wrong.</exception>
    public static CliSettings Read(string path)
    {
        try
        {
            return TomlSerializer.Deserialize(File.ReadAllText(path), CliToml.Default.CliSettings) ?? new CliSettings();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new CliSettings();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.WrongUsage, $"{path}: {e.Message}");
        }
        catch (TomlException e)
        {
            throw new CliException(ExitCode.WrongUsage, $"{path}: {e.Message}");
        }
    }
}

/// <summary>One server, <c>[contexts.NAME]</c>.</summary>
internal sealed class CliContext
{
    public string? Url { get; set; }

    public string? User { get; set; }

    public string? Token { get; set; }

    /// <summary>A file whose first line is the token.</summary>
    public string? TokenFile { get; set; }

    /// <summary>PEM of who may have signed the server's certificate.</summary>
    public string? Ca { get; set; }
}

[TomlSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower)]
[TomlSerializable(typeof(CliSettings))]
internal sealed partial class CliToml : TomlSerializerContext;
