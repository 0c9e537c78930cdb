using Multivisor.Cli.Output;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;

namespace Multivisor.Cli.Top;

/// <summary>Lines of text, the last ones in sight until somebody scrolls up. For the screen's thread.</summary>
internal sealed class LinesView : View
{
    private const int Most = 5000;

    private readonly List<string> _lines = [];

    /// <summary>Lines below the last one in sight; 0 follows.</summary>
    private int _below;

    public LinesView() => CanFocus = true;

    public bool StartsAtTop { get; init; }

    public void Append(IEnumerable<string> lines)
    {
        var before = _lines.Count;
        _lines.AddRange(lines);
        if (_below > 0)
            _below += _lines.Count - before;
        if (_lines.Count > Most)
            _lines.RemoveRange(0, _lines.Count - Most);
        SetNeedsDraw();
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var height = Viewport.Height;
        if (StartsAtTop && _below == 0)
            _below = Math.Max(0, _lines.Count - height);
        _below = Math.Clamp(_below, 0, Math.Max(0, _lines.Count - height));
        var first = Math.Max(0, _lines.Count - height - _below);
        for (var row = 0; row < height; row++)
        {
            var line = first + row < _lines.Count ? SafeText.Cut(SafeText.Line(_lines[first + row]), Viewport.Width) : "";
            Move(0, row);
            AddStr(SafeText.Pad(line, Viewport.Width));
        }

        return true;
    }

    protected override bool OnKeyDown(Key key)
    {
        var page = Math.Max(1, Viewport.Height - 1);
        var move = key == Key.CursorUp ? 1
            : key == Key.CursorDown ? -1
            : key == Key.PageUp ? page
            : key == Key.PageDown ? -page
            : key == Key.Home ? Most
            : key == Key.End ? -Most
            : 0;
        if (move == 0)
            return base.OnKeyDown(key);
        _below = Math.Max(0, _below + move);
        SetNeedsDraw();
        return true;
    }
}
