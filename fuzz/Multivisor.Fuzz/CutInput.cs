namespace Multivisor.Fuzz;

/// <summary>An input that says itself how it is cut: its first octet tells how many follow that are lengths of pieces; the rest is what is read.</summary>
internal readonly record struct CutInput(byte[] Octets, int[] Pieces)
{
    public static CutInput Of(byte[] input)
    {
        if (input.Length == 0)
            return new CutInput([], []);
        var seed = input.AsSpan(1, Math.Min(input[0] & 0x0F, input.Length - 1));
        return new CutInput(input[(1 + seed.Length)..], PiecesStream.Pieces(seed));
    }
}
