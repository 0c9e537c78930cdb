using System.Text;

namespace Multivisor.Cli.Output;

/// <summary>Where a command writes. Lines go out whole; those of several tasks do not mix.</summary>
internal sealed class CliTerminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _gate = new();
    private readonly TextWriter _out;
    private readonly TextWriter _error;

    public CliTerminal(bool noColor)
        : this(
            new StreamWriter(Console.OpenStandardOutput(), Utf8, 16 * 1024), new StreamWriter(Console.OpenStandardError(), Utf8, 1024),
            !Console.IsOutputRedirected, !Console.IsErrorRedirected, !Console.IsInputRedirected)
    {
        var plain = noColor || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Environment.GetEnvironmentVariable("TERM") == "dumb";
        HasColor = IsTerminal && !plain;
        ErrorHasColor &= !plain;
    }

    internal CliTerminal(TextWriter @out, TextWriter error, bool isTerminal, bool errorIsTerminal, bool canAsk)
    {
        (_out, _error) = (@out, error);
        IsTerminal = isTerminal;
        ErrorHasColor = errorIsTerminal;
        CanAsk = canAsk && errorIsTerminal;
    }

    /// <summary>A person sees the output.</summary>
    public bool IsTerminal { get; }

    /// <summary>A person can be asked something.</summary>
    public bool CanAsk { get; }

    public bool HasColor { get; private init; }

    private bool ErrorHasColor { get; init; }

    /// <summary>Columns; very many when nobody looks.</summary>
    public int Width => IsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : int.MaxValue;

    public string Paint(string style, string text) => HasColor && style.Length > 0 ? $"\e[{style}m{text}\e[0m" : text;

    /// <summary>Text from elsewhere, as it may be shown here: a file or a pipe gets what there is.</summary>
    public string Safe(string text) => IsTerminal ? SafeText.Line(text) : text;

    public void Line(string text = "")
    {
        lock (_gate)
        {
            _out.Write(text);
            _out.Write('\n');
        }
    }

    public void Text(string text)
    {
        lock (_gate)
            _out.Write(text);
    }

    /// <summary>What was written is seen now.</summary>
    public void Flush()
    {
        lock (_gate)
            _out.Flush();
    }

    public void LineNow(string text)
    {
        lock (_gate)
        {
            _out.Write(text);
            _out.Write('\n');
            _out.Flush();
        }
    }

    /// <summary>For a person beside the output: a note, a question, what went wrong.</summary>
    public void Note(string text)
    {
        lock (_gate)
        {
            _out.Flush();
            _error.Write(SafeText.Line(text));
            _error.Write('\n');
            _error.Flush();
        }
    }

    public void Error(string text)
    {
        lock (_gate)
        {
            _out.Flush();
            _error.Write(ErrorHasColor ? $"\e[{Style.Red}mError\e[0m: {SafeText.Line(text)}\n" : $"Error: {SafeText.Line(text)}\n");
            _error.Flush();
        }
    }

    /// <summary>Asks a yes or no; anything but yes is no.</summary>
    public bool Ask(string question)
    {
        lock (_gate)
        {
            _out.Flush();
            _error.Write($"{SafeText.Line(question)} [y/N] ");
            _error.Flush();
        }

        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
