namespace Multivisor.Fleet.Supervisors;

/// <summary>What makes two supervisors of two configurations the same one.</summary>
/// <param name="Url">The text of <c>url=</c>, maybe empty.</param>
internal sealed record SupervisorDefinition(string Name, string Url, string Host, int Port);
