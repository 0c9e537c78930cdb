using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Multivisor.Documents.Tests.Pictures;

/// <summary>Draws what a terminal shows (<c>tmux capture-pane -e</c>) as an SVG.</summary>
internal static partial class TerminalPicture
{
    /// <summary>Blanks in a row are one in an SVG, whatever xml:space says.</summary>
    private const char NoBreakSpace = '\u00A0';

    private const double CellWidth = 8.4;
    private const double RowHeight = 18;
    private const double Margin = 12;
    private const string Paper = "#14171a";
    private const string Ink = "#d5dae0";

    private static readonly string[] Colours =
    [
        "#1b1f23", "#f2666b", "#6fcf87", "#e5b454", "#6ea8fe", "#c792ea", "#5fc9d8", "#d5dae0",
        "#6b7682", "#ff8a8e", "#8fe3a4", "#f5cf7a", "#94c0ff", "#dbb2f5", "#86dfea", "#ffffff",
    ];

    public static string Draw(string captured, string title, int columns)
    {
        string[] rows = captured.TrimEnd('\n').Split('\n');
        var (width, height) = ((columns * CellWidth) + (2 * Margin), (rows.Length * RowHeight) + (2 * Margin));
        var svg = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n")
            .Append($"<title>{WebUtility.HtmlEncode(title)}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{Paper}\"/>\n")
            .Append("<g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n");
        var style = new Style();
        for (var row = 0; row < rows.Length; row++)
            Row(svg, rows[row], row, ref style);
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    private static void Row(StringBuilder svg, string text, int row, ref Style style)
    {
        var column = 0;
        var at = 0;
        foreach (Match sequence in Sequence().Matches(text))
        {
            column += Run(svg, text[at..sequence.Index], row, column, style);
            style = style.After(sequence.Groups["codes"].Value);
            at = sequence.Index + sequence.Length;
        }

        Run(svg, text[at..], row, column, style);
    }

    /// <returns>The cells that it takes.</returns>
    private static int Run(StringBuilder svg, string text, int row, int column, Style style)
    {
        var cells = new StringInfo(text).LengthInTextElements;
        var (x, y) = (Margin + (column * CellWidth), Margin + (row * RowHeight));
        var (front, back) = style.IsReverse ? (style.Back ?? Paper, style.Front ?? Ink) : (style.Front ?? Ink, style.Back);
        if (back is not null && cells > 0)
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{cells * CellWidth:0.#}\" height=\"{RowHeight}\" fill=\"{back}\"/>\n");
        if (text.AsSpan().Trim().Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y + 13.5:0.#}\" fill=\"{front}\" textLength=\"{cells * CellWidth:0.#}\"{(style.IsBold ? " font-weight=\"bold\"" : "")}>")
                .Append(WebUtility.HtmlEncode(text.Replace(' ', NoBreakSpace))).Append("</text>\n");
        }

        return cells;
    }

    /// <summary>How characters look, by SGR. Null for the terminal's own colours.</summary>
    private readonly record struct Style(string? Front, string? Back, bool IsBold, bool IsReverse)
    {
        public Style After(string codes)
        {
            var (now, left) = (this, new Queue<int>(codes.Split([';', ':']).Select(code => int.TryParse(code, CultureInfo.InvariantCulture, out var number) ? number : 0)));
            while (left.TryDequeue(out var code))
            {
                now = code switch
                {
                    0 => default,
                    1 => now with { IsBold = true },
                    22 => now with { IsBold = false },
                    7 => now with { IsReverse = true },
                    27 => now with { IsReverse = false },
                    >= 30 and <= 37 => now with { Front = Colours[code - 30] },
                    38 => now with { Front = Extended(left) },
                    39 => now with { Front = null },
                    >= 40 and <= 47 => now with { Back = Colours[code - 40] },
                    48 => now with { Back = Extended(left) },
                    49 => now with { Back = null },
                    >= 90 and <= 97 => now with { Front = Colours[code - 82] },
                    >= 100 and <= 107 => now with { Back = Colours[code - 92] },
                    _ => now,
                };
            }

            return now;
        }

        /// <summary>A colour of the 256, or any.</summary>
        private static string Extended(Queue<int> codes)
        {
            if (codes.TryDequeue(out var kind) && kind == 2 && codes.Count >= 3)
                return $"#{codes.Dequeue():x2}{codes.Dequeue():x2}{codes.Dequeue():x2}";
            var number = codes.TryDequeue(out var index) ? index : 7;
            if (number < 16)
                return Colours[number];
            if (number >= 232)
                return string.Concat("#", string.Concat(Enumerable.Repeat($"{8 + ((number - 232) * 10):x2}", 3)));
            number -= 16;
            return $"#{Level(number / 36):x2}{Level(number / 6 % 6):x2}{Level(number % 6):x2}";

            static int Level(int step) => step == 0 ? 0 : 55 + (step * 40);
        }
    }

    [GeneratedRegex(@"\e\[(?<codes>[0-9;:]*)m", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sequence();
}
