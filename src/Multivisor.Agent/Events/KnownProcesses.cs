using Multivisor.Supervisord;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Events;

/// <summary>What a fresh look at supervisord shows that subscribers have not been told.</summary>
/// <param name="Removed">Groups gone, or gone and come back with other processes.</param>
/// <param name="Added">Groups new, or gone and come back.</param>
/// <param name="Changed">Processes of known groups whose state or life differs: before, now.</param>
internal sealed record Differences(IReadOnlyList<string> Removed, IReadOnlyList<string> Added, IReadOnlyList<(XmlRpcValue Before, XmlRpcValue Now)> Changed)
{
    public bool IsEmpty => Removed.Count + Added.Count + Changed.Count == 0;
}

/// <summary>The processes as subscribers have last been told. Not thread-safe: the event pipeline owns it.</summary>
internal sealed class KnownProcesses
{
    private readonly Dictionary<string, Dictionary<string, XmlRpcValue>> _groups = new(StringComparer.Ordinal);

    public KnownProcesses(XmlRpcValue all) => Replace(all);

    public bool HasGroup(string group) => _groups.ContainsKey(group);

    public bool Has(string group, string name) => _groups.TryGetValue(group, out var processes) && processes.ContainsKey(name);

    public void Set(XmlRpcValue process)
    {
        var group = process.Text("group");
        if (!_groups.TryGetValue(group, out var processes))
            _groups[group] = processes = new(StringComparer.Ordinal);
        processes[process.Text("name")] = process;
    }

    public bool RemoveGroup(string group) => _groups.Remove(group);

    /// <summary>Takes over one group as it is in a fresh look; an empty one if it is not there.</summary>
    public void SetGroup(string group, XmlRpcValue all)
    {
        _groups[group] = new(StringComparer.Ordinal);
        foreach (var process in all.Items.Where(p => p.Text("group") == group))
            Set(process);
    }

    /// <summary>Compares without taking over.</summary>
    public Differences Compare(XmlRpcValue all)
    {
        var fresh = new KnownProcesses(all)._groups;
        var other = _groups.Where(g => !fresh.TryGetValue(g.Key, out var processes) || !SameNames(processes, g.Value)).Select(g => g.Key).ToArray();
        var added = fresh.Keys.Where(g => !_groups.ContainsKey(g) || Array.IndexOf(other, g) >= 0).ToArray();
        var changed =
            from process in all.Items
            where Has(process.Text("group"), process.Text("name")) && Array.IndexOf(other, process.Text("group")) < 0
            let before = _groups[process.Text("group")][process.Text("name")]
            where !SameLife(before, process)
            select (before, process);
        return new Differences(other, added, [.. changed]);
    }

    public void Replace(XmlRpcValue all)
    {
        _groups.Clear();
        foreach (var process in all.Items)
            Set(process);
    }

    private static bool SameNames(Dictionary<string, XmlRpcValue> some, Dictionary<string, XmlRpcValue> others) =>
        some.Count == others.Count && some.Keys.All(others.ContainsKey);

    /// <summary>Everything but the clock and the description, which contains one.</summary>
    private static bool SameLife(XmlRpcValue before, XmlRpcValue now)
    {
        foreach (var (name, value) in now.Members)
        {
            if (name is not ("now" or "description") && (!before.TryGetMember(name, out var old) || old != value))
                return false;
        }

        return true;
    }
}

internal static class ProcessInfoMembers
{
    public static string Text(this XmlRpcValue info, string name) => info.TryGetMember(name, out var value) && value.TryGetString(out var text) ? text : "";

    public static long Number(this XmlRpcValue info, string name) => info.TryGetMember(name, out var value) && value.TryGetInt64(out var number) ? number : 0;

    public static ProcessState State(this XmlRpcValue info) => ProcessStateExtensions.FromName(info.Text("statename"));
}
