using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Multivisor.Supervisord.XmlRpc;

internal enum TagKind
{
    Open,
    Close,
    Empty,
}

/// <summary>
/// Cuts the XML that supervisord writes into tags and text, over its UTF-8 octets.
/// </summary>
/// <remarks>
/// Not <see cref="System.Xml.XmlReader"/>, because supervisord writes log text raw: NUL and other control characters, which XML forbids,
/// and CR, which an XML reader must turn into LF (supervisor.md section 3). And because it costs the agent 3 MB of memory. There is no
/// DTD (refused), so no entities but the five of XML; nothing here allocates but the text itself.
/// </remarks>
internal ref struct XmlTokens(ReadOnlySpan<byte> xml)
{
    private static readonly SearchValues<byte> NameEnd = SearchValues.Create(" \t\r\n/>"u8);
    private readonly ReadOnlySpan<byte> _xml = xml;
    private int _at;

    /// <summary>Reads text up to the next tag, then the tag.</summary>
    /// <param name="text">Raw octets before the tag, still escaped, comments and CDATA included: see <see cref="Decode"/>.</param>
    /// <exception cref="FormatException">No tag follows, or it never ends.</exception>
    public TagKind ReadTag(out ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name)
    {
        var start = _at;
        while (true)
        {
            var open = _xml[_at..].IndexOf((byte)'<');
            if (open < 0)
                throw Malformed("a tag was expected");
            _at += open;
            var rest = _xml[_at..];
            if (rest.StartsWith("<?"u8))
                Skip("?>"u8);
            else if (rest.StartsWith("<!--"u8))
                Skip("-->"u8);
            else if (rest.StartsWith("<![CDATA["u8))
                Skip("]]>"u8);
            else if (rest.StartsWith("<!"u8))
                throw Malformed("a document type is not accepted");
            else
                break;
        }

        text = _xml[start.._at];
        return Tag(out name);
    }

    public readonly FormatException Malformed(string what) => new($"{what} at octet {_at} of {_xml.Length}");

    /// <summary>Text with entities and CDATA resolved. Octets that are not UTF-8 become U+FFFD; control characters and CR stay.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'&', (byte)'<') < 0)
            return Encoding.UTF8.GetString(text);
        var octets = new ArrayBufferWriter<byte>(text.Length);
        while (text.Length > 0)
        {
            var special = text.IndexOfAny((byte)'&', (byte)'<');
            octets.Write(special < 0 ? text : text[..special]);
            if (special < 0)
                break;
            text = text[special..];
            text = text[0] == '&' ? Entity(text, octets) : Markup(text, octets);
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }

    private TagKind Tag(out ReadOnlySpan<byte> name)
    {
        var close = _at + 1 < _xml.Length && _xml[_at + 1] == '/';
        _at += close ? 2 : 1;
        var length = _xml[_at..].IndexOfAny(NameEnd);
        if (length <= 0)
            throw Malformed("a tag has no name or no end");
        name = _xml.Slice(_at, length);
        _at += length;

        // supervisord writes no attributes; others may, and their values may hold '>'.
        byte quote = 0;
        for (; _at < _xml.Length; _at++)
        {
            var octet = _xml[_at];
            if (quote != 0)
                quote = octet == quote ? (byte)0 : quote;
            else if (octet is (byte)'"' or (byte)'\'')
                quote = octet;
            else if (octet == '>')
                break;
        }

        if (_at >= _xml.Length)
            throw Malformed("a tag never ends");
        var empty = !close && _xml[_at - 1] == '/';
        _at++;
        return close ? TagKind.Close : empty ? TagKind.Empty : TagKind.Open;
    }

    private void Skip(ReadOnlySpan<byte> terminator)
    {
        var end = _xml[_at..].IndexOf(terminator);
        if (end < 0)
            throw Malformed("markup never ends");
        _at += end + terminator.Length;
    }

    private static ReadOnlySpan<byte> Markup(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> octets)
    {
        // ReadTag let only comments, instructions and CDATA through, each with its end.
        if (text.StartsWith("<![CDATA["u8))
        {
            var end = text.IndexOf("]]>"u8);
            octets.Write(text[9..end]);
            return text[(end + 3)..];
        }

        var terminator = text.StartsWith("<?"u8) ? "?>"u8 : "-->"u8;
        return text[(text.IndexOf(terminator) + terminator.Length)..];
    }

    private static ReadOnlySpan<byte> Entity(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> octets)
    {
        const int LongestEntity = 10;
        var end = text[..Math.Min(text.Length, LongestEntity + 1)].IndexOf((byte)';');
        if (end < 0)
            throw new FormatException("an entity never ends");
        var name = text[1..end];
        int code;
        if (name.StartsWith("#x"u8))
            code = Utf8Parser.TryParse(name[2..], out int hex, out var used, 'x') && used == name.Length - 2 ? hex : -1;
        else if (name.StartsWith("#"u8))
            code = Utf8Parser.TryParse(name[1..], out int number, out var used, 'D') && used == name.Length - 1 ? number : -1;
        else
            code = name.SequenceEqual("amp"u8) ? '&' : name.SequenceEqual("lt"u8) ? '<' : name.SequenceEqual("gt"u8) ? '>'
                : name.SequenceEqual("quot"u8) ? '"' : name.SequenceEqual("apos"u8) ? '\'' : -1;
        if (!Rune.IsValid(code))
            throw new FormatException("an entity is not one of XML's own");
        octets.Advance(new Rune(code).EncodeToUtf8(octets.GetSpan(4)));
        return text[(end + 1)..];
    }
}
