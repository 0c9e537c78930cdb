using System.Text;
using System.Text.RegularExpressions;

namespace Multivisor.Supervisord.Logs;

/// <summary>What is looked for in the lines of a log. Not thread-safe.</summary>
/// <remarks>A line is text as far as it is UTF-8; other octets match nothing but the dot of a regular expression.</remarks>
public sealed class LineQuery
{
    public const int MaxTextLength = 1000;
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(1);

    private readonly string _text;
    private readonly byte[]? _octets;
    private readonly Regex? _regex;
    private readonly StringComparison _comparison;
    private char[] _line = [];

    private LineQuery(string text, Regex? regex, bool matchCase)
    {
        _text = text;
        _regex = regex;
        _octets = regex is null && matchCase ? Encoding.UTF8.GetBytes(text) : null;
        _comparison = matchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
    }

    /// <param name="problem">What is wrong with it, for whoever asked; empty on success.</param>
    public static LineQuery? TryCreate(string text, bool isRegex, bool matchCase, out string problem)
    {
        problem = text.Length switch
        {
            0 => "there is no text to search for",
            > MaxTextLength => $"the text to search for is longer than {MaxTextLength} characters",
            _ => "",
        };
        if (problem.Length > 0)
            return null;
        try
        {
            var options = RegexOptions.CultureInvariant | (matchCase ? RegexOptions.None : RegexOptions.IgnoreCase);
            return new LineQuery(text, isRegex ? new Regex(text, options, LineLimit) : null, matchCase);
        }
        catch (ArgumentException malformed)
        {
            problem = $"not a regular expression: {malformed.Message}";
            return null;
        }
    }

    /// <exception cref="RegexMatchTimeoutException">The expression takes too long for this line.</exception>
    public bool IsMatch(ReadOnlySpan<byte> line)
    {
        if (_octets is not null)
            return line.IndexOf(_octets) >= 0;
        if (_line.Length < line.Length)
            _line = new char[Math.Max(256, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)line.Length))];
        var text = _line.AsSpan(0, Encoding.UTF8.GetChars(line, _line));
        return _regex?.IsMatch(text) ?? text.Contains(_text, _comparison);
    }
}
