using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Model;

/// <summary>The processes of one supervisor in supervisord's own order. Immutable.</summary>
/// <remarks>The index by namespec is shared by all tables with the same processes: a state change copies one array.</remarks>
public sealed class ProcessTable
{
    private readonly Index _index;
    private long _length = -1;

    private ProcessTable(ImmutableArray<ProcessSnapshot> processes, Index index)
    {
        All = processes;
        _index = index;
    }

    public static ProcessTable Empty { get; } = new([], new Index(FrozenDictionary<string, int>.Empty));

    public ImmutableArray<ProcessSnapshot> All { get; }

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
        var processes = ImmutableArray.CreateBuilder<ProcessSnapshot>();
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var info in infos)
        {
            // A supervisord never lists a namespec twice; a hostile one must not break us.
            if (positions.TryAdd(info.Namespec, processes.Count))
                processes.Add(new ProcessSnapshot(supervisor, host, info) { ExitExpected = judge?.Invoke(info) });
        }

        return new ProcessTable(processes.DrainToImmutable(), new Index(positions.ToFrozenDictionary(StringComparer.Ordinal)));
    }

    public bool TryGet(string @namespec, [NotNullWhen(true)] out ProcessSnapshot? process)
    {
        process = _index.Positions.TryGetValue(@namespec, out var position) ? All[position] : null;
        return process is not null;
    }

    /// <summary>Those processes alone that are wanted, in the same order.</summary>
    public ProcessTable Where(Func<ProcessSnapshot, bool> wanted)
    {
        ImmutableArray<ProcessSnapshot> kept = [.. All.Where(wanted)];
        return kept.Length == All.Length
            ? this
            : new ProcessTable(kept, new Index(kept.Select((p, i) => KeyValuePair.Create(p.Info.Namespec, i)).ToFrozenDictionary(StringComparer.Ordinal)));
    }

    /// <summary>This table with one process replaced; the process must be in it.</summary>
    public ProcessTable With(ProcessSnapshot process) =>
        new(All.SetItem(_index.Positions[process.Info.Namespec], process), _index);

    /// <summary>
    /// The table after a full read. Snapshots that did not change are kept, so that bytes made of them stay valid.
    /// </summary>
    /// <param name="sameProcesses">True when the same processes are listed in the same order.</param>
    public ProcessTable Merge(ProcessTable read, out bool sameProcesses, out ImmutableArray<ProcessSnapshot> changed)
    {
        sameProcesses = All.Length == read.All.Length;
        var changes = ImmutableArray.CreateBuilder<ProcessSnapshot>();
        var merged = ImmutableArray.CreateBuilder<ProcessSnapshot>(read.All.Length);
        for (var i = 0; i < read.All.Length; i++)
        {
            var process = read.All[i];
            var known = TryGet(process.Info.Namespec, out var old) ? old : null;
            sameProcesses = sameProcesses && ReferenceEquals(known, All[i]);
            // Whether an exit was expected its event tells best.
            if (known is not null)
                process = known.Info == process.Info ? known : known.Later(process.Info, known.ExitExpectedIn(process.Info) ?? process.ExitExpected);
            if (known is null || !known.IsSameState(process.Info))
                changes.Add(process);
            merged.Add(process);
        }

        changed = changes.DrainToImmutable();
        return new ProcessTable(merged.MoveToImmutable(), sameProcesses ? _index : read._index);
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
