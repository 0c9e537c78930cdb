using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>What the user wrote into <c>multivisor.conf</c>, validated. Immutable; a reload makes a new one.</summary>
public sealed record MultivisorConfig
{
    public const string DefaultName = "multivisor";

    /// <summary>Nothing was read yet.</summary>
    public static MultivisorConfig Empty { get; } = new() { Name = DefaultName, Global = [], SignIn = null, Supervisors = [], Warnings = [] };

    /// <summary>Title of the installation.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// All keys of <c>[global]</c>, those of <c>[DEFAULT]</c> first, <c>name</c> always among them. Serve only those that are not secret.
    /// </summary>
    public required ImmutableArray<GlobalKey> Global { get; init; }

    /// <summary>The one user of <c>[global]</c>; null when there is none.</summary>
    public required SignInConfig? SignIn { get; init; }

    /// <summary>Users, tokens and what else decides who may do what.</summary>
    public AccessConfig Access { get; init; } = AccessConfig.None;

    /// <summary>When it is off, everybody may use everything.</summary>
    public bool IsSignInOn => SignIn is not null || Access.HasAccounts;

    /// <summary>In the order of the file.</summary>
    public required ImmutableArray<SupervisorConfig> Supervisors { get; init; }

    /// <summary>Where further supervisors are looked up while the server runs.</summary>
    public ImmutableArray<DiscoveryConfig> Discoveries { get; init; } = [];

    public required ImmutableArray<ConfigWarning> Warnings { get; init; }

    /// <summary>Reads and validates a file. Never throws for what the file contains, nor when it cannot be read.</summary>
    public static ConfigResult Load(string path) => ConfigFile.Load(path);

    /// <summary>Validates a text; <paramref name="fileName"/> is only used in messages.</summary>
    public static ConfigResult Parse(string text, string fileName) => ConfigReader.Read(text, fileName);

    public override string ToString() => $"{Name}: {Supervisors.Length} supervisors";
}
