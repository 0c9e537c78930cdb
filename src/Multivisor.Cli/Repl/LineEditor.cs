using System.Threading.Channels;

namespace Multivisor.Cli.Repl;

/// <summary>Reads lines from a person: history, suggestion, completion, reverse search, with a toolbar that lives.</summary>
/// <param name="redraw">Something about the toolbar or the size has changed.</param>
internal sealed class LineEditor(KeyReader keys, Screen screen, History history, Completer completer, Func<string> toolbar, ChannelReader<bool> redraw)
{
    private const string Prompt = "multivisor> ";

    private readonly LineBuffer _line = new();
    private readonly Queue<string> _pasted = new();
    private CompletionMenu? _menu;
    private int _historyPlace;
    private string _draft = "";
    private string? _search;
    private int _searchPlace;
    private string _rest = "";
    private Task<Key>? _nextKey;
    private Task<bool>? _nextRedraw;

    /// <returns>Null when the person wants to leave (Ctrl-D).</returns>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        _line.Set("");
        _historyPlace = history.Lines.Count;
        (_menu, _search) = (null, null);
        if (_pasted.TryDequeue(out var line))
        {
            screen.Leave(Prompt, line);
            history.Add(line);
            return line;
        }

        _line.Insert(_rest);
        _rest = "";
        while (true)
        {
            Draw();
            _nextKey ??= keys.ReadAsync();
            _nextRedraw ??= redraw.WaitToReadAsync(cancellationToken).AsTask();
            await Task.WhenAny(_nextKey, _nextRedraw);
            cancellationToken.ThrowIfCancellationRequested();
            if (_nextRedraw.IsCompleted)
            {
                _nextRedraw = null;
                while (redraw.TryRead(out _))
                {
                    // All of them are one look.
                }
            }

            if (!_nextKey.IsCompleted)
                continue;
            var key = await _nextKey;
            _nextKey = null;
            switch (Take(key))
            {
                case Outcome.Entered:
                    screen.Leave(Prompt, _line.Text);
                    history.Add(_line.Text);
                    return _line.Text;
                case Outcome.Dropped:
                    screen.Leave(Prompt, _line.Text);
                    return "";
                case Outcome.Left:
                    screen.Leave(Prompt, "");
                    return null;
            }
        }
    }

    private enum Outcome
    {
        Editing,
        Entered,
        Dropped,
        Left,
    }

    private Outcome Take(Key key)
    {
        if (_search is not null && TakeWhileSearching(key) is { } outcome)
            return outcome;
        if (_menu is not null && TakeInMenu(key))
            return Outcome.Editing;
        switch (key.Kind)
        {
            case KeyKind.Enter:
                return Outcome.Entered;
            case KeyKind.Interrupt:
                return Outcome.Dropped;
            case KeyKind.EndOfInput when _line.Text.Length == 0:
                return Outcome.Left;
            case KeyKind.Text when key.Text.Contains('\n', StringComparison.Ordinal):
                return TakePaste(key.Text);
            case KeyKind.Refresh:
                _line.Set("refresh-status");
                return Outcome.Entered;
            case KeyKind.ReverseSearch:
                (_search, _searchPlace) = ("", history.Lines.Count);
                break;
            case KeyKind.ClearScreen:
                screen.Clear();
                break;
            case KeyKind.Tab:
                Complete();
                break;
            case KeyKind.Up:
                Recall(_historyPlace - 1);
                break;
            case KeyKind.Down:
                Recall(_historyPlace + 1);
                break;
            case KeyKind.Right or KeyKind.End when _line.IsAtEnd && Ghost() is { Length: > 0 } ghost:
                _line.Insert(ghost);
                break;
            default:
                Edit(key);
                break;
        }

        return Outcome.Editing;
    }

    private void Edit(Key key)
    {
        Action edit = key.Kind switch
        {
            KeyKind.Text => () => _line.Insert(key.Text),
            KeyKind.Backspace => _line.Backspace,
            KeyKind.Delete or KeyKind.EndOfInput => _line.Delete,
            KeyKind.Left => _line.Left,
            KeyKind.Right => _line.Right,
            KeyKind.WordLeft => _line.WordLeft,
            KeyKind.WordRight => _line.WordRight,
            KeyKind.Home => _line.Home,
            KeyKind.End => _line.End,
            KeyKind.DeleteWordLeft => _line.DeleteWordLeft,
            KeyKind.DeleteWordRight => _line.DeleteWordRight,
            KeyKind.DeleteToStart => _line.DeleteToStart,
            KeyKind.DeleteToEnd => _line.DeleteToEnd,
            KeyKind.Undelete => _line.Undelete,
            _ => () => { },
        };
        edit();
    }

    /// <summary>Each line but the last is entered as if typed; the last waits to be looked at.</summary>
    private Outcome TakePaste(string text)
    {
        var lines = text.Split('\n');
        _line.Insert(lines[0]);
        foreach (var line in lines[1..^1])
            _pasted.Enqueue(string.Concat(line.Where(c => !char.IsControl(c))));
        _rest = lines[^1];
        return Outcome.Entered;
    }

    private void Recall(int place)
    {
        if (place < 0 || place > history.Lines.Count)
            return;
        if (_historyPlace == history.Lines.Count)
            _draft = _line.Text;
        _historyPlace = place;
        _line.Set(place == history.Lines.Count ? _draft : history.Lines[place]);
    }

    private void Complete()
    {
        var (start, words) = completer.At(_line.Text, _line.Cursor);
        var typed = _line.Text[start.._line.Cursor];
        if (words.Count == 0)
            return;
        if (words.Count == 1)
        {
            _line.ReplaceFrom(start, words[0] + " ");
            return;
        }

        var menu = new CompletionMenu(start, typed, words);
        var common = menu.CommonStart();
        if (common.Length > typed.Length && common.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
        {
            _line.ReplaceFrom(start, common);
            menu = new CompletionMenu(start, common, words);
        }

        _menu = menu;
    }

    /// <returns>False when the key closes the menu and is one for the line.</returns>
    private bool TakeInMenu(Key key)
    {
        var menu = _menu!;
        switch (key.Kind)
        {
            case KeyKind.Tab or KeyKind.Down:
                menu.Next();
                break;
            case KeyKind.BackTab or KeyKind.Up:
                menu.Previous();
                break;
            case KeyKind.Escape or KeyKind.Cancel:
                menu.Leave();
                _line.ReplaceFrom(menu.Start, menu.Word);
                _menu = null;
                return true;
            case KeyKind.Enter when menu.Chosen >= 0:
                _line.Insert(" ");
                _menu = null;
                return true;
            default:
                _menu = null;
                return false;
        }

        _line.ReplaceFrom(menu.Start, menu.Word);
        return true;
    }

    /// <returns>Null when the search ends with this key, which is then one for the line.</returns>
    private Outcome? TakeWhileSearching(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text when !key.Text.Contains('\n', StringComparison.Ordinal):
                Search(_search + key.Text, history.Lines.Count);
                return Outcome.Editing;
            case KeyKind.Backspace:
                Search(_search![..Math.Max(0, _search!.Length - 1)], history.Lines.Count);
                return Outcome.Editing;
            case KeyKind.ReverseSearch:
                Search(_search!, _searchPlace);
                return Outcome.Editing;
            case KeyKind.Escape or KeyKind.Cancel or KeyKind.Interrupt:
                _search = null;
                _line.Set("");
                return Outcome.Editing;
            default:
                _search = null;
                return null;
        }
    }

    private void Search(string text, int before)
    {
        _search = text;
        var found = text.Length == 0 ? -1 : history.FindBefore(before, text);
        if (found < 0)
            return;
        _searchPlace = found;
        _line.Set(history.Lines[found]);
    }

    private string Ghost() => _menu is null && _line.IsAtEnd && history.Suggest(_line.Text) is { } line ? line[_line.Text.Length..] : "";

    private void Draw()
    {
        if (_search is null)
            screen.Draw(Prompt, _line.Text, _line.Cursor, Ghost(), _menu, toolbar());
        else
            screen.Draw($"(reverse search) '{Output.SafeText.Line(_search)}': ", _line.Text, _line.Cursor, "", menu: null, toolbar());
    }
}
