using Multivisor.Contract;

namespace Multivisor.Client.Live;

/// <summary>The state of the site and the rules by which events change it. For one thread at a time.</summary>
internal sealed class SiteModel
{
    private readonly Dictionary<string, SupervisorJson> _supervisors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProcessJson> _processes = new(StringComparer.Ordinal);
    private int _supervisorsUp;
    private int _processesUp;

    public string Name { get; private set; } = "";

    public IReadOnlyDictionary<string, SupervisorJson> Supervisors => _supervisors;

    /// <summary>By uid; those of lost supervisors as they were last seen, marked stale.</summary>
    public IReadOnlyDictionary<string, ProcessJson> Processes => _processes;

    public SiteCounts Counts => new(_supervisors.Count, _supervisorsUp, _processes.Count, _processesUp);

    public void Apply(SiteJson site, Action<LiveChange> tell)
    {
        Name = site.Name;
        foreach (var gone in _supervisors.Values.Where(s => !site.Supervisors.ContainsKey(s.Name)).ToList())
            Remove(gone, tell);
        foreach (var supervisor in site.Supervisors.Values)
            Apply(supervisor, tell);
    }

    public void Apply(SupervisorJson supervisor, Action<LiveChange> tell)
    {
        var before = _supervisors.GetValueOrDefault(supervisor.Name);
        var now = ProcessesOf(supervisor);
        if (before is not null)
        {
            foreach (var uid in ProcessesOf(before).Keys.Where(uid => !now.ContainsKey(uid)))
                Remove(uid, tell);
        }

        foreach (var process in now.Values)
            Put(process, tell);
        _supervisorsUp += Count(supervisor.Running) - Count(before?.Running ?? false);
        _supervisors[supervisor.Name] = supervisor;
        tell(new LiveChange.Supervisor(before, supervisor));
    }

    /// <summary>A process of an unknown supervisor is left: it comes again with it.</summary>
    public void Apply(ProcessJson process, Action<LiveChange> tell)
    {
        if (!_supervisors.TryGetValue(process.Supervisor, out var supervisor))
            return;
        Put(process, tell);
        if (!ProcessesOf(supervisor).ContainsKey(process.Uid))
            _supervisors[supervisor.Name] = supervisor with { Processes = supervisor.Processes.Append(new(process.Uid, process)).ToDictionary(StringComparer.Ordinal) };
    }

    private static IReadOnlyDictionary<string, ProcessJson> ProcessesOf(SupervisorJson supervisor) => supervisor.StaleProcesses ?? supervisor.Processes;

    private void Put(ProcessJson process, Action<LiveChange> tell)
    {
        var before = _processes.GetValueOrDefault(process.Uid);
        _processesUp += Count(IsUp(process)) - Count(before is not null && IsUp(before));
        _processes[process.Uid] = process;
        if (process != before)
            tell(new LiveChange.Process(before, process));
    }

    private void Remove(string uid, Action<LiveChange> tell)
    {
        if (!_processes.Remove(uid, out var process))
            return;
        _processesUp -= Count(IsUp(process));
        tell(new LiveChange.Process(process, After: null));
    }

    private void Remove(SupervisorJson supervisor, Action<LiveChange> tell)
    {
        foreach (var uid in ProcessesOf(supervisor).Keys)
            Remove(uid, tell);
        _supervisorsUp -= Count(supervisor.Running);
        _supervisors.Remove(supervisor.Name);
        tell(new LiveChange.Supervisor(supervisor, After: null));
    }

    private static bool IsUp(ProcessJson process) => process is { Running: true, Stale: false };

    private static int Count(bool one) => one ? 1 : 0;
}
