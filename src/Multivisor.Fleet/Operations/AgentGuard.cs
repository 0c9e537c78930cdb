namespace Multivisor.Fleet.Operations;

/// <summary>Why the agent through which a host is reached is left alone.</summary>
internal static class AgentGuard
{
    public static string Reason(string supervisor) =>
        $"this is the agent through which {supervisor} is reached: stopping it would cut the host off. "
        + "Restart it by its full name alone, or use supervisorctl on the host";
}
