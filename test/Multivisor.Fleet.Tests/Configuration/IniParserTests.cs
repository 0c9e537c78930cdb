using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

/// <summary>One test for each rule of the grammar; <see cref="PythonConfigParserTests"/> compares the whole with the real thing.</summary>
public sealed class IniParserTests
{
    [Theory]
    [InlineData("[a]", "a")]
    [InlineData("[Ab]", "Ab")]
    [InlineData("[supervisor: a ]", "supervisor: a ")]
    [InlineData("[a] and more", "a")]
    [InlineData("[a] ; note", "a")]
    [InlineData("  [a]", "a")]
    public void Parse_SectionHeader_KeepsNameAndIgnoresWhatFollows(string line, string name) =>
        Assert.Equal(name, Assert.Single(Parse(line).Sections).Name);

    [Theory]
    [InlineData("key = value", "key", "value")]
    [InlineData("key: value", "key", "value")]
    [InlineData("key=value", "key", "value")]
    [InlineData("key = a:b=c", "key", "a:b=c")]
    [InlineData("key: a=b", "key", "a=b")]
    [InlineData("KeY = Value", "key", "Value")]
    [InlineData("two words = x", "two words", "x")]
    [InlineData("key = \"quoted\"", "key", "\"quoted\"")]
    [InlineData("key =", "key", "")]
    [InlineData("key=\t x \t", "key", "x")]
    [InlineData("name = A # x", "name", "A # x")]
    [InlineData("name = A ; x", "name", "A ; x")]
    [InlineData("   key = value", "key", "value")]
    public void Parse_Key_IsLowerCasedAndValueTrimmed(string line, string key, string value)
    {
        var parsed = Assert.Single(Parse($"[s]\n{line}\n").Find("s")!.Keys);

        Assert.Equal((key, value, 2), (parsed.Name, parsed.RawValue, parsed.Line));
    }

    [Theory]
    [InlineData("# comment")]
    [InlineData("; comment")]
    [InlineData("   # comment")]
    [InlineData("#key = value")]
    [InlineData("")]
    [InlineData(" \t")]
    public void Parse_CommentOrBlankLine_IsNothing(string line)
    {
        var document = Parse($"{line}\n[s]\n{line}\n");

        Assert.Empty(document.Errors);
        Assert.Empty(document.Find("s")!.Keys);
    }

    [Theory]
    [InlineData("k = a\n  b", "a\nb")]
    [InlineData("k = a\n b\n   c", "a\nb\nc")]
    [InlineData("k =\n  b", "\nb")]
    [InlineData("k = a\n\n  b", "a\n\nb")]
    [InlineData("k = a\n  # not this\n  b", "a\nb")]
    [InlineData("k = a\n  b\n\n\n", "a\nb")]
    [InlineData("k = a\n  other = b", "a\nother = b")]
    [InlineData("k = a\n  [b]", "a\n[b]")]
    [InlineData("   k = a\n    b", "a\nb")]
    public void Parse_IndentedLine_ContinuesTheValue(string text, string value)
    {
        var document = Parse($"[s]\n{text}");

        Assert.Empty(document.Errors);
        Assert.Equal(value, Assert.Single(document.Find("s")!.Keys).RawValue);
    }

    [Fact]
    public void Parse_LineIndentedAsItsPredecessor_IsAKeyOfItsOwn() =>
        Assert.Equal(["a", "b"], Parse("[s]\n  a = 1\n  b = 2").Find("s")!.Keys.Select(key => key.Name));

    [Theory]
    [InlineData("[s]\r\nk = a\r\n  b\r\n")]
    [InlineData("[s]\rk = a\r  b\r")]
    [InlineData("[s]\nk = a\n  b")]
    public void Parse_AnyLineEnd_IsTheSame(string text) => Assert.Equal("a\nb", Parse(text).Find("s")!.Find("k")!.RawValue);

    [Theory]
    [InlineData("k = v\n[s]", 1, "there is text before the first [section]; start the file with [global]")]
    [InlineData("text\nmore\n[s]", 1, "there is text before the first [section]; start the file with [global]")]
    [InlineData("[s]\nk", 2, "this is neither a section nor a key with a value; write key = value, or # in front of a comment")]
    [InlineData("[s]\n= v", 2, "the name of the key is missing; write key = value, or # in front of a comment")]
    [InlineData("[s]\n[]", 2, "the section's name is empty or has no closing bracket; write [global] or [supervisor:NAME]")]
    [InlineData("[s", 1, "there is text before the first [section]; start the file with [global]")]
    [InlineData("[s]\nk = 1\nK: 2", 3, "key 'k' is there twice in [s] (first in line 2); remove one of them")]
    [InlineData("[s]\n[t]\n[s]", 3, "section [s] is there twice (first in line 1); keep one of them, or give this one another name")]
    [InlineData("[DEFAULT]\nk = 1\n[DEFAULT]\nk = 2", 4, "key 'k' is there twice in [DEFAULT] (first in line 2); remove one of them")]
    public void Parse_Mistake_IsReportedWithLineAndAdvice(string text, int line, string message) =>
        Assert.Equal($"x.conf:{line}: {message}", Assert.Single(Parse(text).Errors).ToString());

    [Fact]
    public void Parse_ManyMistakes_AreAllReported() =>
        Assert.Equal([1, 3, 5, 6, 7, 8], Parse("early\n[s]\nalone\nk = 1\nk = 2\n[s]\nalone\n: v").Errors.Select(error => error.Line));

    [Fact]
    public void Parse_DefaultTwice_IsOneSection() =>
        Assert.Equal(["a", "b"], Parse("[DEFAULT]\na = 1\n[DEFAULT]\nb = 2").Defaults.Keys.Select(key => key.Name));

    [Fact]
    public void KeysOf_SectionWithDefaults_PutsDefaultsFirstAndOwnValuesInTheirPlace()
    {
        var document = Parse("[DEFAULT]\na = 1\nb = 1\n[s]\nc = 2\nb = 2\n");

        Assert.Equal([("a", "1"), ("b", "2"), ("c", "2")], document.KeysOf(document.Find("s")!).Select(key => (key.Name, key.RawValue)));
    }

    private static IniDocument Parse(string text) => IniParser.Parse(text, "x.conf");
}
