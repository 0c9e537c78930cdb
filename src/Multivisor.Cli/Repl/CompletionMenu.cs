namespace Multivisor.Cli.Repl;

/// <summary>The words that are offered below the line, and the chosen one.</summary>
/// <param name="start">Where in the line the word stands that they replace.</param>
/// <param name="typed">What stood there.</param>
internal sealed class CompletionMenu(int start, string typed, IReadOnlyList<string> words)
{
    public int Start => start;

    public IReadOnlyList<string> Words => words;

    /// <summary>-1 while none is.</summary>
    public int Chosen { get; private set; } = -1;

    /// <summary>What stands in the line now.</summary>
    public string Word => Chosen < 0 ? typed : words[Chosen];

    public void Next() => Chosen = Chosen + 1 >= words.Count ? -1 : Chosen + 1;

    public void Previous() => Chosen = Chosen < 0 ? words.Count - 1 : Chosen - 1;

    public void Leave() => Chosen = -1;

    /// <summary>What all of them begin with.</summary>
    public string CommonStart()
    {
        var common = words[0];
        foreach (var word in words)
        {
            var length = 0;
            while (length < Math.Min(common.Length, word.Length) && common[length] == word[length])
                length++;
            common = common[..length];
        }

        return common;
    }
}
