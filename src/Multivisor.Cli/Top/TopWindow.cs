using System.Text;
using Multivisor.Cli.Output;
using Multivisor.Contract;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace Multivisor.Cli.Top;

/// <summary>The screen of <c>top</c>: totals, filter, table, keys. It knows what is shown and chosen; what a key does is decided by <see cref="TopCommand"/>.</summary>
internal sealed class TopWindow : Runnable
{
    /// <summary>An underscore in a name is one.</summary>
    public static readonly Rune NoHotKey = new('\uffff');

    private readonly Label _totals = new() { HotKeySpecifier = NoHotKey, Width = Dim.Fill() };
    private readonly Label _message = new() { HotKeySpecifier = NoHotKey, Y = Pos.AnchorEnd(2), Width = Dim.Fill() };
    private readonly TextField _filter = new() { X = 8, Y = 1, Width = Dim.Fill() };
    private readonly TableView _table = new() { Y = 2, Width = Dim.Fill(), Height = Dim.Fill(2), FullRowSelect = true, MultiSelect = false };
    private readonly HashSet<string> _marked = new(StringComparer.Ordinal);
    private readonly TopColors _colors;
    private ProcessTable _rows;

    public TopWindow(bool hasColor)
    {
        Width = Dim.Fill();
        Height = Dim.Fill();
        _colors = new TopColors(hasColor);
        _rows = new ProcessTable([], _marked, p => p.Now);
        _table.Table = _rows;
        _table.Style.ShowHorizontalHeaderOverline = false;
        _table.Style.ShowHorizontalHeaderUnderline = false;
        _table.Style.ShowVerticalCellLines = false;
        _table.Style.ShowVerticalHeaderLines = false;
        _table.Style.AlwaysShowHeaders = true;
        _table.Style.ExpandLastColumn = true;
        _table.Style.GetOrCreateColumnStyle(ProcessTable.MarkColumn).MaxWidth = 1;
        var state = _table.Style.GetOrCreateColumnStyle(ProcessTable.StateColumn);
        state.MinWidth = 9;
        state.ColorGetter = args => _colors.OfState(_rows[args.RowIndex].State, args.RowScheme ?? GetScheme());
        _filter.HasFocusChanged += (_, _) => Tell(_filter.HasFocus ? "Enter leads back to the list, Esc clears the filter" : "");
        _filter.TextChanged += (_, _) => FilterChanged?.Invoke();
        // Enter and Escape lead back to the list; the filter stays.
        _filter.KeyDown += (_, key) =>
        {
            if (key != Key.Enter && key != Key.Esc && key != Key.CursorDown)
                return;
            if (key == Key.Esc)
                _filter.Text = "";
            key.Handled = true;
            _table.SetFocus();
        };
        _table.KeyDown += (_, key) => key.Handled = Handle(key);
        Add(_totals, new Label { Y = 1, Text = "Filter:" }, _filter, _table, _message, Keys());
        _table.SetFocus();
    }

    /// <summary>The text of the filter has changed.</summary>
    public Action? FilterChanged { get; set; }

    /// <summary>A key of the list that is not about moving in it: a letter in lower case, or <c>enter</c>.</summary>
    public Action<string>? Pressed { get; set; }

    public string Filter => _filter.Text;

    /// <summary>The marked ones that are shown or not, else the one under the cursor.</summary>
    public IReadOnlyList<string> Targets => _marked.Count > 0 ? [.. _marked.Order(StringComparer.Ordinal)] : Current is { } current ? [current.Uid] : [];

    public ProcessJson? Current => CurrentRow is { } row ? _rows[row] : null;

    /// <summary>The first one where the table has no cursor yet: that is where people see it.</summary>
    private int? CurrentRow => _rows.Rows == 0 ? null : Math.Clamp(_table.Value?.SelectedCell.Y ?? 0, 0, _rows.Rows - 1);

    public void Show(IReadOnlyList<ProcessJson> processes, string totals, Func<ProcessJson, long> now)
    {
        // The cursor stays on its process, wherever that is now.
        var current = Current?.Uid;
        _rows = new ProcessTable(processes, _marked, now);
        _table.Table = _rows;
        var row = current is null ? 0 : Math.Max(0, IndexOf(processes, current));
        if (processes.Count > 0)
            _table.SetSelection(0, row, extendExistingSelection: false, ctx: null);
        _table.Update();
        _totals.Text = totals;
        SetNeedsDraw();
    }

    public void Tell(string message)
    {
        _message.Text = SafeText.Line(message);
        SetNeedsDraw();
    }

    public void Unmark()
    {
        _marked.Clear();
        _table.SetNeedsDraw();
    }

    public void EditFilter() => _filter.SetFocus();

    private static int IndexOf(IReadOnlyList<ProcessJson> processes, string uid)
    {
        for (var i = 0; i < processes.Count; i++)
        {
            if (processes[i].Uid == uid)
                return i;
        }

        return -1;
    }

    private bool Handle(Key key)
    {
        if (key == Key.Space)
        {
            if (CurrentRow is not { } row)
                return true;
            if (!_marked.Remove(_rows[row].Uid))
                _marked.Add(_rows[row].Uid);
            _table.SetSelection(0, Math.Min(row + 1, _rows.Rows - 1), extendExistingSelection: false, ctx: null);
            _table.EnsureCursorIsVisible();
            _table.SetNeedsDraw();
            return true;
        }

        if (key == Key.Enter)
        {
            Pressed?.Invoke("enter");
            return true;
        }

        if (key == Key.Esc)
        {
            Unmark();
            return true;
        }

        var text = key.NoShift.AsRune.ToString().ToLowerInvariant();
        if (key.IsCtrl || key.IsAlt || text is not ("/" or "s" or "t" or "r" or "l" or "o" or "q" or "?"))
            return false;
        Pressed?.Invoke(key.AsRune.ToString() == "?" ? "?" : text);
        return true;
    }

    private StatusBar Keys() => new(
    [
        Hint("/", "filter"), Hint("Space", "mark"), Hint("s", "start"), Hint("t", "stop"), Hint("r", "restart"), Hint("Enter", "details"),
        Hint("l", "log"), Hint("o", "order"), Hint("?", "keys"), Hint("q", "quit"),
    ]);

    /// <summary>The keys belong to the list: while the filter is edited they are text. A press with the mouse works always.</summary>
    private Shortcut Hint(string key, string what) => new(Key.Empty, $"{key} {what}", () => Pressed?.Invoke(key.ToLowerInvariant()), "");
}
