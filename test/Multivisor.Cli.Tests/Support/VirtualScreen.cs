using System.Text;

namespace Multivisor.Cli.Tests.Support;

/// <summary>What a terminal shows after what the program wrote: as much of a terminal as the program uses; anything else is a failure.</summary>
internal sealed class VirtualScreen(int columns)
{
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    /// <summary>All rows since the start, also those that have scrolled away.</summary>
    public string Text => string.Join('\n', _rows.Select(r => r.ToString().Replace("\0", "", StringComparison.Ordinal).TrimEnd()));

    public int Columns { get; set; } = columns;

    /// <summary>Row, and column in cells.</summary>
    public (int Row, int Column) Cursor => (_row, _column);

    public IReadOnlyList<string> Rows => [.. Text.TrimEnd('\n').Split('\n')];

    public void Write(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    MoveTo(_row + 1);
                    break;
                case '\a':
                    break;
                case '\e':
                    i = Sequence(text, i);
                    break;
                default:
                    var rune = Rune.GetRuneAt(text, i);
                    i += rune.Utf16SequenceLength - 1;
                    Put(rune);
                    break;
            }
        }
    }

    private void Put(Rune rune)
    {
        var width = Wcwidth.UnicodeCalculator.GetWidth(rune);
        if (_column + width > Columns)
        {
            MoveTo(_row + 1);
            _column = 0;
        }

        var row = _rows[_row];
        while (row.Length < _column)
            row.Append(' ');
        // One unit for each cell; the second of a wide character is nothing.
        var shown = rune.IsBmp ? ((char)rune.Value).ToString() : "\ufffd";
        shown += new string('\0', Math.Max(0, width - 1));
        row.Remove(_column, Math.Min(shown.Length, row.Length - _column)).Insert(_column, shown);
        _column += width;
    }

    private int Sequence(string text, int start)
    {
        // The mode of the keypad.
        if (text[start + 1] is '=' or '>')
            return start + 1;
        Assert.Equal('[', text[start + 1]);
        var end = start + 2;
        while (text[end] is < '@' or > '~')
            end++;
        var argument = text[(start + 2)..end];
        switch (text[end])
        {
            case 'A':
                MoveTo(_row - int.Parse(argument));
                break;
            case 'C':
                _column += int.Parse(argument);
                break;
            case 'J' when argument.Length == 0:
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
                break;
            case 'm' or 'h' or 'l':
                break;
            default:
                Assert.Fail($"the screen does not know {text[start..(end + 1)].Replace("\e", "ESC", StringComparison.Ordinal)}");
                break;
        }

        return end;
    }

    private void MoveTo(int row)
    {
        Assert.True(row >= 0, "the cursor leaves the screen at its top");
        _row = row;
        while (_rows.Count <= row)
            _rows.Add(new StringBuilder());
    }
}
