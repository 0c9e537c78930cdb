namespace Multivisor.Client;

/// <summary>What the original's toolbar counts. Processes that are not known to be up count as down.</summary>
public sealed record SiteCounts(int Supervisors, int SupervisorsUp, int Processes, int ProcessesUp)
{
    public int SupervisorsDown => Supervisors - SupervisorsUp;

    public int ProcessesDown => Processes - ProcessesUp;
}
