using Multivisor.Contract;
using Terminal.Gui.Drawing;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace Multivisor.Cli.Top;

/// <summary>Colours of states on the colours of the terminal; none where somebody wants none.</summary>
internal sealed class TopColors(bool hasColor)
{
    private readonly Dictionary<int, Scheme> _schemes = [];

    public Scheme? OfState(int? state, Scheme row)
    {
        if (!hasColor)
            return null;
        var number = state ?? ProcessStates.Unknown;
        if (_schemes.TryGetValue(number, out var known))
            return known;
        var color = number switch
        {
            ProcessStates.Running => ColorName16.Green,
            ProcessStates.Starting or ProcessStates.Stopping => ColorName16.BrightBlue,
            ProcessStates.Backoff => ColorName16.Yellow,
            ProcessStates.Fatal => ColorName16.BrightMagenta,
            ProcessStates.Exited => ColorName16.BrightRed,
            ProcessStates.Stopped => ColorName16.Red,
            _ => ColorName16.DarkGray,
        };
        var scheme = new Scheme(row)
        {
            Normal = new Attribute(new Color(color), row.Normal.Background),
            Focus = row.Focus,
        };
        return _schemes[number] = scheme;
    }
}
