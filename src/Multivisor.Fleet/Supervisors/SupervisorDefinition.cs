using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Supervisors;

/// <summary>What makes two supervisors of two configurations the same one.</summary>
/// <param name="Url">The text of <c>url=</c>, maybe empty.</param>
/// <param name="Tls">How its link is protected; null for one that is not.</param>
internal sealed record SupervisorDefinition(string Name, string Url, string Host, int Port, TlsConfig? Tls = null);
