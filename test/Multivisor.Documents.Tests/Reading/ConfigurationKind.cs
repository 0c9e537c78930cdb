namespace Multivisor.Documents.Tests.Reading;

/// <summary>Whose file an <c>ini</c> block is a part of; its sections tell.</summary>
internal enum ConfigurationKind
{
    Unknown,
    Multivisor,
    Supervisord,

    /// <summary>A unit of systemd.</summary>
    Unit,
}
