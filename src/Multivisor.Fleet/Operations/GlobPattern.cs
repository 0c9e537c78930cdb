using System.Text;

namespace Multivisor.Fleet.Operations;

/// <summary>
/// A shell glob over a whole text, as Python's <c>fnmatchcase</c> reads it: <c>*</c> any run, also over colons,
/// <c>?</c> one character, <c>[seq]</c> and <c>[!seq]</c>; no escapes (multivisor-http.md section 3.1).
/// </summary>
/// <remarks>Matching takes at most pattern length × text length steps, whatever a client sends.</remarks>
internal sealed class GlobPattern
{
    private readonly List<Token> _tokens = [];

    public GlobPattern(string pattern)
    {
        // Whole characters and not UTF-16 units: '?' stands for one that may take two.
        var text = Characters(pattern);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '*':
                    if (_tokens.Count == 0 || _tokens[^1].Kind != TokenKind.AnyRun)
                        _tokens.Add(new Token(TokenKind.AnyRun));
                    break;
                case '?':
                    _tokens.Add(new Token(TokenKind.AnyOne));
                    break;
                case '[' when TryReadSet(text, i, out var set, out var end):
                    _tokens.Add(set);
                    i = end;
                    break;
                default:
                    _tokens.Add(new Token(TokenKind.Literal, text[i]));
                    break;
            }
        }
    }

    private enum TokenKind
    {
        Literal,
        AnyOne,
        AnyRun,
        Set,
    }

    /// <summary>True when a text holds a character that a glob gives a meaning to.</summary>
    public static bool HasWildcard(string text) => text.AsSpan().ContainsAny('*', '?', '[');

    public bool IsMatch(string text) => IsMatch(text, out _);

    /// <param name="steps">How often a character was compared with a piece of the pattern.</param>
    internal bool IsMatch(string text, out long steps)
    {
        int token = 0, position = 0, runToken = -1, runPosition = 0;
        steps = 0;
        while (position < text.Length)
        {
            steps++;
            var character = At(text, position, out var width);
            if (token < _tokens.Count && _tokens[token].Kind == TokenKind.AnyRun)
            {
                runToken = token++;
                runPosition = position;
            }
            else if (token < _tokens.Count && _tokens[token].Matches(character))
            {
                token++;
                position += width;
            }
            else if (runToken >= 0)
            {
                // Let the last run take one character more; earlier runs need not be tried again.
                token = runToken + 1;
                At(text, runPosition, out width);
                position = runPosition += width;
            }
            else
            {
                return false;
            }
        }

        while (token < _tokens.Count && _tokens[token].Kind == TokenKind.AnyRun)
            token++;
        return token == _tokens.Count;
    }

    /// <summary>The character at a position; half a surrogate pair stands for itself.</summary>
    private static int At(string text, int position, out int width)
    {
        width = 1;
        if (!Rune.TryGetRuneAt(text, position, out var rune))
            return text[position];
        width = rune.Utf16SequenceLength;
        return rune.Value;
    }

    private static int[] Characters(string text)
    {
        var characters = new List<int>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            characters.Add(At(text, i, out var width));
            i += width;
        }

        return [.. characters];
    }

    private static bool TryReadSet(ReadOnlySpan<int> pattern, int start, out Token set, out int end)
    {
        var first = start + 1;
        var negated = first < pattern.Length && pattern[first] == '!';
        if (negated)
            first++;
        // A closing bracket in first place is a member of the set; one that is missing makes '[' a plain character.
        var length = first < pattern.Length ? pattern[(first + 1)..].IndexOf(']') + 1 : 0;
        end = first + length;
        set = length == 0 ? default : ReadSet(pattern.Slice(first, length), negated);
        return length > 0;
    }

    private static Token ReadSet(ReadOnlySpan<int> members, bool negated)
    {
        // Python leaves empty ranges out before it looks for the '!': to it [z-a!b] is [!b].
        var start = 0;
        while (start + 2 < members.Length && members[start + 1] == '-' && members[start] > members[start + 2])
            start += 3;
        if (negated || start == 0 || start == members.Length || members[start] != '!')
            return new Token(TokenKind.Set, default, negated, ReadRanges(members));

        members = members[(start + 1)..];
        return members.Length > 1 && members[0] == '-'
            ? new Token(TokenKind.Set, default, true, [('-', '-'), (members[1], members[1]), .. ReadRanges(members[2..])])
            : new Token(TokenKind.Set, default, true, ReadRanges(members));
    }

    private static List<(int From, int To)> ReadRanges(ReadOnlySpan<int> members)
    {
        var ranges = new List<(int From, int To)>();
        for (var i = 0; i < members.Length; i++)
        {
            if (i + 2 < members.Length && members[i + 1] == '-')
            {
                ranges.Add((members[i], members[i + 2]));
                i += 2;
            }
            else
            {
                ranges.Add((members[i], members[i]));
            }
        }

        return ranges;
    }

    private readonly record struct Token(TokenKind Kind, int Character = default, bool Negated = false, List<(int From, int To)>? Ranges = null)
    {
        public bool Matches(int character) => Kind switch
        {
            TokenKind.Literal => character == Character,
            TokenKind.AnyOne => true,
            TokenKind.Set => Negated != Ranges!.Exists(range => character >= range.From && character <= range.To),
            _ => false,
        };
    }
}
