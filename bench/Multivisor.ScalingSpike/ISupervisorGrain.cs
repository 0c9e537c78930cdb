namespace Multivisor.ScalingSpike;

/// <summary>One supervisor of the site, wherever it lives now. Its key is its name.</summary>
public interface ISupervisorGrain : IGrainWithStringKey
{
    /// <summary>Brings it to life where it is not yet.</summary>
    Task<SupervisorState> LookAsync();
}

/// <param name="Silo">The port of the silo that it lives in.</param>
/// <param name="IsServed">Connected, and all its processes are known.</param>
[GenerateSerializer]
public sealed record SupervisorState([property: Id(0)] int Silo, [property: Id(1)] bool IsServed, [property: Id(2)] int Processes);
