namespace Multivisor.Supervisord;

/// <summary>Process states with supervisord's own numbers (supervisor.md section 1).</summary>
public enum ProcessState
{
    Stopped = 0,
    Starting = 10,
    Running = 20,
    Backoff = 30,
    Stopping = 40,
    Exited = 100,
    Fatal = 200,
    Unknown = 1000,
}

public static class ProcessStateExtensions
{
    /// <summary>STARTING, RUNNING or BACKOFF: what supervisord itself counts as running.</summary>
    public static bool IsRunning(this ProcessState state) =>
        state is ProcessState.Starting or ProcessState.Running or ProcessState.Backoff;

    /// <summary>STOPPED, EXITED, FATAL or UNKNOWN. STOPPING is neither running nor stopped.</summary>
    public static bool IsStopped(this ProcessState state) =>
        state is ProcessState.Stopped or ProcessState.Exited or ProcessState.Fatal or ProcessState.Unknown;

    /// <summary>supervisord's name of the state, for example <c>RUNNING</c>.</summary>
    public static string ToName(this ProcessState state) => state switch
    {
        ProcessState.Stopped => "STOPPED",
        ProcessState.Starting => "STARTING",
        ProcessState.Running => "RUNNING",
        ProcessState.Backoff => "BACKOFF",
        ProcessState.Stopping => "STOPPING",
        ProcessState.Exited => "EXITED",
        ProcessState.Fatal => "FATAL",
        _ => "UNKNOWN",
    };

    /// <summary>The state of that name; <see cref="ProcessState.Unknown"/> for any other text.</summary>
    public static ProcessState FromName(string? name) => name switch
    {
        "STOPPED" => ProcessState.Stopped,
        "STARTING" => ProcessState.Starting,
        "RUNNING" => ProcessState.Running,
        "BACKOFF" => ProcessState.Backoff,
        "STOPPING" => ProcessState.Stopping,
        "EXITED" => ProcessState.Exited,
        "FATAL" => ProcessState.Fatal,
        _ => ProcessState.Unknown,
    };
}
