namespace Multivisor.Cli.Repl;

internal enum KeyKind
{
    Text,
    Enter,
    Tab,
    BackTab,
    Escape,
    Backspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    Home,
    End,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToStart,
    DeleteToEnd,
    Undelete,
    Interrupt,
    EndOfInput,
    ClearScreen,
    ReverseSearch,
    Cancel,
    Refresh,
    Unknown,
}

/// <param name="Text">What was typed or pasted; empty for a key that is none.</param>
internal sealed record Key(KeyKind Kind, string Text = "")
{
    public static Key Of(string text) => new(KeyKind.Text, text);
}
