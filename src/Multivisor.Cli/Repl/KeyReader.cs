using System.Text;

namespace Multivisor.Cli.Repl;

/// <summary>
/// Keys out of what a terminal sends: UTF-8, the control characters of an Emacs-like editor, the sequences of xterm and its kin, and pastes in
/// brackets. It reads only while somebody waits for a key, so that questions of a command get their answers.
/// </summary>
internal sealed class KeyReader(Stream input)
{
    /// <summary>A lone Escape is one when nothing follows for so long.</summary>
    private static readonly TimeSpan EscapeLimit = TimeSpan.FromMilliseconds(50);

    private const string PasteStart = "200~";
    private const string PasteEnd = "\e[201~";
    private const int LongestPaste = 1 << 20;

    private readonly byte[] _chunk = new byte[4096];
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _pending = new();
    private Task<int>? _reading;
    private bool _ended;

    /// <summary>The next key; the task may be left waiting and awaited later.</summary>
    public async Task<Key> ReadAsync()
    {
        while (_pending.Length == 0)
        {
            if (!await FillAsync())
                return new Key(KeyKind.EndOfInput);
        }

        return _pending[0] switch
        {
            '\e' => await ReadSequenceAsync(),
            < ' ' or '\u007f' => Control(Take()),
            _ => Key.Of(TakeText()),
        };
    }

    private static Key Control(char character) => new(character switch
    {
        '\r' or '\n' => KeyKind.Enter,
        '\t' => KeyKind.Tab,
        '\b' or '\u007f' => KeyKind.Backspace,
        '\u0001' => KeyKind.Home,
        '\u0002' => KeyKind.Left,
        '\u0003' => KeyKind.Interrupt,
        '\u0004' => KeyKind.EndOfInput,
        '\u0005' => KeyKind.End,
        '\u0006' => KeyKind.Right,
        '\u0007' => KeyKind.Cancel,
        '\u000b' => KeyKind.DeleteToEnd,
        '\u000c' => KeyKind.ClearScreen,
        '\u000e' => KeyKind.Down,
        '\u0010' => KeyKind.Up,
        '\u0012' => KeyKind.ReverseSearch,
        '\u0015' => KeyKind.DeleteToStart,
        '\u0017' => KeyKind.DeleteWordLeft,
        '\u0019' => KeyKind.Undelete,
        _ => KeyKind.Unknown,
    });

    private async Task<Key> ReadSequenceAsync()
    {
        Take();
        if (!await HasMoreAsync())
            return new Key(KeyKind.Escape);
        var next = Take();
        if (next is not ('[' or 'O'))
        {
            return new Key(next switch
            {
                'b' => KeyKind.WordLeft,
                'f' => KeyKind.WordRight,
                'd' => KeyKind.DeleteWordRight,
                '\u007f' or '\b' => KeyKind.DeleteWordLeft,
                _ => KeyKind.Unknown,
            });
        }

        var sequence = new StringBuilder();
        while (sequence.Length < 16 && await HasMoreAsync())
        {
            var character = Take();
            sequence.Append(character);
            if (character is >= '@' and <= '~')
                break;
        }

        var text = sequence.ToString();
        return text == PasteStart ? Key.Of(await ReadPasteAsync()) : new Key(Kind(text));
    }

    private static KeyKind Kind(string sequence) => sequence switch
    {
        "A" => KeyKind.Up,
        "B" => KeyKind.Down,
        "C" => KeyKind.Right,
        "D" => KeyKind.Left,
        "H" or "1~" or "7~" => KeyKind.Home,
        "F" or "4~" or "8~" => KeyKind.End,
        "3~" => KeyKind.Delete,
        "Z" => KeyKind.BackTab,
        "1;5C" or "1;3C" or "5C" => KeyKind.WordRight,
        "1;5D" or "1;3D" or "5D" => KeyKind.WordLeft,
        "3;5~" or "3;3~" => KeyKind.DeleteWordRight,
        "15~" => KeyKind.Refresh,
        _ => KeyKind.Unknown,
    };

    /// <summary>Lines of a paste stay apart; whoever takes it decides what they mean.</summary>
    private async Task<string> ReadPasteAsync()
    {
        var pasted = new StringBuilder();
        while (true)
        {
            while (_pending.Length > 0)
            {
                pasted.Append(Take());
                if (pasted.Length >= PasteEnd.Length && pasted[^1] == '~' && pasted.ToString(pasted.Length - PasteEnd.Length, PasteEnd.Length) == PasteEnd)
                    return pasted.ToString(0, Math.Min(LongestPaste, pasted.Length - PasteEnd.Length)).ReplaceLineEndings("\n");
            }

            if (!await FillAsync())
                return pasted.ToString();
        }
    }

    private string TakeText()
    {
        var end = 1;
        while (end < _pending.Length && _pending[end] >= ' ' && _pending[end] != '\u007f')
            end++;
        var text = _pending.ToString(0, end);
        _pending.Remove(0, end);
        return text;
    }

    private char Take()
    {
        var character = _pending[0];
        _pending.Remove(0, 1);
        return character;
    }

    private async Task<bool> HasMoreAsync()
    {
        if (_pending.Length > 0)
            return true;
        var reading = StartReading();
        return await Task.WhenAny(reading, Task.Delay(EscapeLimit)) == reading && await FillAsync() && _pending.Length > 0;
    }

    private Task<int> StartReading() => _reading ??= Task.Run(() => input.Read(_chunk));

    /// <returns>False at the end of the input.</returns>
    private async Task<bool> FillAsync()
    {
        if (_ended)
            return false;
        var count = await StartReading();
        _reading = null;
        _ended = count == 0;
        var characters = new char[_chunk.Length + 1];
        _pending.Append(characters, 0, _decoder.GetChars(_chunk.AsSpan(0, count), characters, flush: false));
        return !_ended;
    }
}
