using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Model;

/// <summary>The processes of one supervisor in supervisord's own order. Immutable.</summary>
/// <remarks>The index by namespec is shared by all tables with the same processes: a state change copies a few references.</remarks>
public sealed class ProcessTable
{
    private const int LongestOnStack = 256;

    private readonly Index _index;
    private long _length = -1;

    private ProcessTable(ProcessList processes, Index index)
    {
        All = processes;
        _index = index;
    }

    public static ProcessTable Empty { get; } = new(ProcessList.Empty, new Index(FrozenDictionary<string, int>.Empty));

    public ProcessList All { get; }

    /// <summary>Positions in <see cref="All"/>, in the ordinal order of the namespecs.</summary>
    public ImmutableArray<int> ByName => _index.Order;

    /// <summary>How long the bytes are that a reader makes of it, found out once.</summary>
    /// <param name="measure">Always the same one.</param>
    public long LengthOf(Func<ProcessTable, long> measure)
    {
        var length = Volatile.Read(ref _length);
        if (length < 0)
            Volatile.Write(ref _length, length = measure(this));
        return length;
    }

    /// <param name="judge">What a read alone tells of an exit: whether it was expected; null when it tells nothing.</param>
    public static ProcessTable From(string supervisor, string host, IEnumerable<ProcessInfo> infos, Func<ProcessInfo, bool?>? judge = null)
    {
        var processes = new List<ProcessSnapshot>();
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var info in infos)
        {
            var process = new ProcessSnapshot(supervisor, host, info) { ExitExpected = judge?.Invoke(info) };
            // A supervisord never lists a namespec twice; a hostile one must not break us.
            if (positions.TryAdd(process.Namespec, processes.Count))
                processes.Add(process);
        }

        return new ProcessTable(ProcessList.From(processes), new Index(positions.ToFrozenDictionary(StringComparer.Ordinal)));
    }

    public bool TryGet(string @namespec, [NotNullWhen(true)] out ProcessSnapshot? process)
    {
        process = _index.Positions.TryGetValue(@namespec, out var position) ? All[position] : null;
        return process is not null;
    }

    /// <summary>The process that <paramref name="info"/> tells of.</summary>
    public bool TryGet(ProcessInfo info, [NotNullWhen(true)] out ProcessSnapshot? process)
    {
        var length = info.Group.Length + 1 + info.Name.Length;
        if (length > LongestOnStack)
            return TryGet(info.Namespec, out process);
        Span<char> @namespec = stackalloc char[length];
        info.Group.CopyTo(@namespec);
        @namespec[info.Group.Length] = ':';
        info.Name.CopyTo(@namespec[(info.Group.Length + 1)..]);
        process = _index.Positions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(@namespec, out var position) ? All[position] : null;
        return process is not null;
    }

    /// <summary>Those processes alone that are wanted, in the same order.</summary>
    public ProcessTable Where(Func<ProcessSnapshot, bool> wanted)
    {
        ProcessSnapshot[] kept = [.. All.Where(wanted)];
        return kept.Length == All.Count
            ? this
            : new ProcessTable(ProcessList.From(kept), new Index(kept.Select((p, i) => KeyValuePair.Create(p.Namespec, i)).ToFrozenDictionary(StringComparer.Ordinal)));
    }

    /// <summary>This table with one process replaced; the process must be in it.</summary>
    public ProcessTable With(ProcessSnapshot process) =>
        new(All.With(_index.Positions[process.Namespec], process), _index);

    /// <summary>
    /// The table after a full read. Snapshots that did not change are kept, so that bytes made of them stay valid.
    /// </summary>
    /// <param name="judge">As for <see cref="From"/>.</param>
    /// <param name="sameProcesses">True when the same processes are listed in the same order.</param>
    public ProcessTable Read(
        string supervisor, string host, ImmutableArray<ProcessInfo> infos, Func<ProcessInfo, bool?> judge, out bool sameProcesses,
        out ImmutableArray<ProcessSnapshot> changed)
    {
        sameProcesses = Lists(infos);
        var read = sameProcesses ? null : From(supervisor, host, infos, judge);
        var length = read?.All.Count ?? infos.Length;
        var changes = ImmutableArray.CreateBuilder<ProcessSnapshot>();
        var merged = new ProcessList.Builder(length);
        for (var i = 0; i < length; i++)
        {
            var known = read is null ? All[i] : Find(read.All[i].Namespec);
            var info = read is null ? infos[i] : read.All[i].Info;
            var process = known is null ? read!.All[i]
                : known.Info == info ? known
                // Whether an exit was expected its event tells best.
                : known.Later(info, known.ExitExpectedIn(info) ?? judge(info));
            if (known is null || !known.IsSameState(info))
                changes.Add(process);
            merged[i] = process;
        }

        changed = changes.DrainToImmutable();
        return new ProcessTable(merged.Built, read?._index ?? _index);
    }

    private ProcessSnapshot? Find(string @namespec) => TryGet(@namespec, out var process) ? process : null;

    /// <summary>The same processes in the same order, whatever has become of them.</summary>
    private bool Lists(ImmutableArray<ProcessInfo> infos)
    {
        if (infos.Length != All.Count)
            return false;
        for (var i = 0; i < infos.Length; i++)
        {
            if (infos[i].Name != All[i].Info.Name || infos[i].Group != All[i].Info.Group)
                return false;
        }

        return true;
    }

    private sealed class Index(FrozenDictionary<string, int> positions)
    {
        private int[]? _order;

        public FrozenDictionary<string, int> Positions { get; } = positions;

        /// <summary>Made when somebody asks first; two at the same moment make the same.</summary>
        public ImmutableArray<int> Order => ImmutableCollectionsMarshal.AsImmutableArray(
            _order ??= [.. Positions.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value)]);
    }
}
