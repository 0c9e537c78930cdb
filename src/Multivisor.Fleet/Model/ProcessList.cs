using System.Collections;

namespace Multivisor.Fleet.Model;

/// <summary>Processes in an order. Immutable; in pieces, so that a copy with one process replaced shares the others.</summary>
public readonly struct ProcessList : IReadOnlyList<ProcessSnapshot>
{
    /// <summary>As a power of two.</summary>
    private const int PieceBits = 4;

    private const int PieceLength = 1 << PieceBits;

    private readonly ProcessSnapshot[][] _pieces;

    private ProcessList(ProcessSnapshot[][] pieces, int count)
    {
        _pieces = pieces;
        Count = count;
    }

    public static ProcessList Empty { get; } = new([], 0);

    public int Count { get; }

    public ProcessSnapshot this[int index] => _pieces[index >> PieceBits][index & (PieceLength - 1)];

    public static ProcessList From(IReadOnlyList<ProcessSnapshot> processes)
    {
        var builder = new Builder(processes.Count);
        for (var i = 0; i < processes.Count; i++)
            builder[i] = processes[i];
        return builder.Built;
    }

    /// <summary>This list with one process replaced.</summary>
    public ProcessList With(int index, ProcessSnapshot process)
    {
        var pieces = (ProcessSnapshot[][])_pieces.Clone();
        ref var piece = ref pieces[index >> PieceBits];
        piece = (ProcessSnapshot[])piece.Clone();
        piece[index & (PieceLength - 1)] = process;
        return new ProcessList(pieces, Count);
    }

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<ProcessSnapshot> IEnumerable<ProcessSnapshot>.GetEnumerator()
    {
        foreach (var process in this)
            yield return process;
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<ProcessSnapshot>)this).GetEnumerator();

    /// <summary>A list that is being filled, each place once.</summary>
    internal readonly struct Builder
    {
        private readonly ProcessSnapshot[][] _pieces;
        private readonly int _count;

        public Builder(int count)
        {
            _count = count;
            _pieces = new ProcessSnapshot[(count + PieceLength - 1) >> PieceBits][];
            for (var i = 0; i < _pieces.Length; i++)
                _pieces[i] = new ProcessSnapshot[Math.Min(PieceLength, count - (i << PieceBits))];
        }

        public ProcessSnapshot this[int index]
        {
            set => _pieces[index >> PieceBits][index & (PieceLength - 1)] = value;
        }

        public ProcessList Built => new(_pieces, _count);
    }

    /// <summary>Allocates nothing.</summary>
    public struct Enumerator
    {
        private readonly ProcessList _list;
        private int _index = -1;

        internal Enumerator(ProcessList list) => _list = list;

        public readonly ProcessSnapshot Current => _list[_index];

        public bool MoveNext() => ++_index < _list.Count;
    }
}
