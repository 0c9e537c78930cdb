namespace Multivisor.Contract;

/// <summary>supervisord's numbers of the states of a process, as <see cref="ProcessJson.State"/> has them, and what they mean to people.</summary>
public static class ProcessStates
{
    public const int Stopped = 0;
    public const int Starting = 10;
    public const int Running = 20;
    public const int Backoff = 30;
    public const int Stopping = 40;
    public const int Exited = 100;
    public const int Fatal = 200;
    public const int Unknown = 1000;

    /// <summary>As supervisord counts: also what is being started or will be tried again.</summary>
    public static bool IsRunning(int? state) => state is Running or Starting or Backoff;

    /// <summary>As supervisord counts: also what ended by itself or could not be started.</summary>
    public static bool IsStopped(int? state) => state is Stopped or Exited or Fatal or Unknown;

    /// <summary>Whether somebody should look at it.</summary>
    /// <param name="exitExpected">Whether supervisord counted the exit as expected; null when nobody saw it, then 0 alone is.</param>
    public static bool IsProblem(int? state, long exitStatus, bool? exitExpected) => state switch
    {
        Backoff or Fatal or Unknown or null => true,
        Exited => !(exitExpected ?? exitStatus == 0),
        _ => false,
    };
}
