using System.Globalization;

namespace Multivisor.Cli.Repl;

/// <summary>A line that is being edited, and where. The cursor stands between what a reader sees as characters.</summary>
internal sealed class LineBuffer
{
    private const int Longest = 64 * 1024;

    public string Text { get; private set; } = "";

    /// <summary>In UTF-16 units.</summary>
    public int Cursor { get; private set; }

    /// <summary>What was deleted last, to be put back.</summary>
    private string _deleted = "";

    public bool IsAtEnd => Cursor == Text.Length;

    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    public void Insert(string text)
    {
        // A line is one line; control characters of a paste would be obeyed by the terminal.
        var clean = string.Concat(text.Select(c => c == '\t' ? ' ' : c).Where(c => !char.IsControl(c)));
        if (Text.Length + clean.Length > Longest)
            return;
        Text = Text.Insert(Cursor, clean);
        Cursor += clean.Length;
    }

    /// <summary>Puts a text in the place of what is between a position and the cursor.</summary>
    public void ReplaceFrom(int start, string text)
    {
        Text = Text[..start] + text + Text[Cursor..];
        Cursor = start + text.Length;
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void WordLeft() => Cursor = WordStart();

    public void WordRight() => Cursor = WordEnd();

    public void Home() => Cursor = 0;

    public void End() => Cursor = Text.Length;

    public void Backspace() => Remove(Before(Cursor), Cursor);

    public void Delete() => Remove(Cursor, After(Cursor));

    public void DeleteWordLeft() => Cut(WordStart(), Cursor);

    public void DeleteWordRight() => Cut(Cursor, WordEnd());

    public void DeleteToStart() => Cut(0, Cursor);

    public void DeleteToEnd() => Cut(Cursor, Text.Length);

    public void Undelete() => Insert(_deleted);

    private void Cut(int start, int end)
    {
        if (end > start)
            _deleted = Text[start..end];
        Remove(start, end);
    }

    private void Remove(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }

    private int After(int position) => position >= Text.Length ? Text.Length : position + StringInfo.GetNextTextElementLength(Text, position);

    private int Before(int position)
    {
        var previous = 0;
        for (var i = 0; i < position; i += StringInfo.GetNextTextElementLength(Text, i))
            previous = i;
        return previous;
    }

    private int WordStart()
    {
        var i = Cursor;
        while (i > 0 && !IsWord(Text[i - 1]))
            i--;
        while (i > 0 && IsWord(Text[i - 1]))
            i--;
        return i;
    }

    private int WordEnd()
    {
        var i = Cursor;
        while (i < Text.Length && !IsWord(Text[i]))
            i++;
        while (i < Text.Length && IsWord(Text[i]))
            i++;
        return i;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_' || char.IsSurrogate(character);
}
