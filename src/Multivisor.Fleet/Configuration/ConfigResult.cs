using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Multivisor.Fleet.Configuration;

/// <summary>Either a configuration or all the reasons why there is none, in the order of their lines.</summary>
public sealed class ConfigResult
{
    private ConfigResult(MultivisorConfig? config, ImmutableArray<ConfigError> errors, bool fileMissing)
    {
        Config = config;
        Errors = errors;
        FileMissing = fileMissing;
    }

    public MultivisorConfig? Config { get; }

    public ImmutableArray<ConfigError> Errors { get; }

    /// <summary>There is no such file: the original ends with exit code 2 then, and with 1 for a bad file.</summary>
    public bool FileMissing { get; }

    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;

    internal static ConfigResult Valid(MultivisorConfig config) => new(config, [], fileMissing: false);

    internal static ConfigResult Invalid(IEnumerable<ConfigError> errors) =>
        new(null, [.. errors.OrderBy(error => error.Line)], fileMissing: false);

    internal static ConfigResult Missing(string file) => new(
        null,
        [new ConfigError(file, 0, "configuration file does not exist", "create it, or name another one with -c FILE")],
        fileMissing: true);
}
