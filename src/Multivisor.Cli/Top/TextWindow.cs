using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace Multivisor.Cli.Top;

/// <summary>Something to read over the list: details, a log, the keys. Escape or q closes it.</summary>
internal sealed class TextWindow : Window
{
    /// <param name="isLog">The end is in sight first, and stays in sight.</param>
    public TextWindow(string title, bool isLog)
    {
        HotKeySpecifier = TopWindow.NoHotKey;
        Title = $"{title} (Esc closes)";
        Width = Dim.Fill();
        Height = Dim.Fill();
        Lines = new LinesView { Width = Dim.Fill(), Height = Dim.Fill(), StartsAtTop = !isLog };
        Add(Lines);
        Lines.SetFocus();
    }

    public LinesView Lines { get; }

    protected override bool OnKeyDown(Key key)
    {
        if (key != Key.Esc && key != Key.Q)
            return base.OnKeyDown(key);
        RequestStop();
        return true;
    }
}
