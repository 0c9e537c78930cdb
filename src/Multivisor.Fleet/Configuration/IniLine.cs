namespace Multivisor.Fleet.Configuration;

internal enum IniLineKind
{
    Blank,
    Comment,
    Section,
    Key,

    /// <summary>Indented deeper than the key above it: more of that key's value.</summary>
    Continuation,

    /// <summary>Neither a section nor a key.</summary>
    Malformed,
}

/// <summary>One physical line, classified.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">As in the file, without its line end.</param>
/// <param name="LineEnd">CR, LF, CR LF, or nothing at the end of the file.</param>
/// <param name="Name">Section: its name. Key: the key in lower case. Else empty.</param>
/// <param name="ValueStart">Where in <paramref name="Text"/> the value of a key or continuation begins.</param>
/// <param name="Value">The trimmed value of a key or continuation.</param>
internal readonly record struct IniLine(
    int Number, IniLineKind Kind, string Text, string LineEnd, string Name, int ValueStart, string Value);
