using System.Text;
using Multivisor.Cli.Output;

namespace Multivisor.Cli.Repl;

/// <summary>
/// Draws the line that is edited, what is offered below it, and the toolbar under both. It knows where it has drawn and touches nothing above.
/// </summary>
internal sealed class Screen(CliTerminal terminal, Func<int> width)
{
    private const int MostMenuRows = 8;

    private int _cursorRow;

    /// <param name="prompt">Without colours.</param>
    /// <param name="ghost">What would be taken over, behind the end of the line.</param>
    /// <param name="toolbar">One line, painted, no wider than the screen.</param>
    public void Draw(string prompt, string text, int cursor, string ghost, CompletionMenu? menu, string toolbar)
    {
        var columns = Math.Max(10, width());
        var drawn = new StringBuilder("\e[?25l");
        ToStart(drawn);
        var place = new Place(columns);
        Write(drawn, place, prompt);
        Write(drawn, place, SafeText.Line(text[..cursor]));
        var (cursorRow, cursorColumn) = place.Next();
        Write(drawn, place, SafeText.Line(text[cursor..]));
        if (ghost.Length > 0)
        {
            drawn.Append(terminal.HasColor ? $"\e[{Style.Grey}m" : "");
            Write(drawn, place, SafeText.Line(ghost));
            drawn.Append(terminal.HasColor ? "\e[0m" : "");
        }

        // A line that ends with the last column leaves the cursor there until something comes.
        var rows = place.Row;
        if (place.Column == columns)
        {
            drawn.Append("\r\n");
            rows++;
        }

        foreach (var line in MenuLines(menu, columns))
        {
            drawn.Append("\r\n").Append(line);
            rows++;
        }

        drawn.Append("\r\n").Append(toolbar);
        rows++;
        drawn.Append($"\e[{rows - cursorRow}A\r");
        if (cursorColumn > 0)
            drawn.Append($"\e[{cursorColumn}C");
        drawn.Append("\e[?25h");
        _cursorRow = cursorRow;
        Send(drawn);
    }

    /// <summary>The line stays as it was entered; what was below it goes.</summary>
    public void Leave(string prompt, string text)
    {
        var drawn = new StringBuilder();
        ToStart(drawn);
        drawn.Append(prompt).Append(SafeText.Line(text)).Append("\r\n");
        _cursorRow = 0;
        Send(drawn);
    }

    public void Clear()
    {
        _cursorRow = 0;
        Send(new StringBuilder("\e[H\e[2J"));
    }

    private void ToStart(StringBuilder drawn)
    {
        if (_cursorRow > 0)
            drawn.Append($"\e[{_cursorRow}A");
        drawn.Append("\r\e[J");
    }

    private void Send(StringBuilder drawn)
    {
        terminal.Text(drawn.ToString());
        terminal.Flush();
    }

    private static void Write(StringBuilder drawn, Place place, string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (place.Take(SafeText.WidthOf(rune)))
                drawn.Append("\r\n");
            drawn.Append(rune.ToString());
        }
    }

    private IEnumerable<string> MenuLines(CompletionMenu? menu, int columns)
    {
        if (menu is null)
            yield break;
        var widest = Math.Min(columns - 2, menu.Words.Max(w => SafeText.WidthOf(SafeText.Line(w)))) + 2;
        var perRow = Math.Max(1, columns / widest);
        var first = Math.Max(0, ((Math.Max(0, menu.Chosen) / perRow) - MostMenuRows + 1) * perRow);
        for (var row = 0; row < MostMenuRows && first + (row * perRow) < menu.Words.Count; row++)
        {
            var line = new StringBuilder();
            for (var i = first + (row * perRow); i < Math.Min(menu.Words.Count, first + ((row + 1) * perRow)); i++)
            {
                var word = SafeText.Pad(SafeText.Cut(SafeText.Line(menu.Words[i]), widest - 2), widest - 2);
                line.Append(i == menu.Chosen ? terminal.HasColor ? $"\e[7m{word}\e[0m" : $"[{word.TrimEnd()}]".PadRight(widest - 2) : word).Append("  ");
            }

            yield return line.ToString().TrimEnd(' ');
        }

        var shown = first + (MostMenuRows * perRow);
        if (shown < menu.Words.Count)
            yield return $"… {menu.Words.Count - shown} more";
    }

    /// <summary>Where the next character goes.</summary>
    private sealed class Place(int columns)
    {
        public int Row { get; private set; }

        public int Column { get; private set; }

        /// <returns>Whether a new row begins before the character.</returns>
        public bool Take(int characterWidth)
        {
            var wraps = Column + characterWidth > columns;
            if (wraps)
            {
                Row++;
                Column = 0;
            }

            Column += characterWidth;
            return wraps;
        }

        public (int Row, int Column) Next() => Column == columns ? (Row + 1, 0) : (Row, Column);
    }
}
