using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class IniInterpolationTests
{
    [Theory]
    [InlineData("100%%", "100%")]
    [InlineData("%%(a)s", "%(a)s")]
    [InlineData("%(a)s", "A")]
    [InlineData("x%(A)sy%(a)s", "xAyA")]
    [InlineData("%(d)s", "D")]
    [InlineData("%(twice)s", "AA")]
    [InlineData("%(percent)s", "50%")]
    public void Expand_ReferenceOrEscape_IsReplaced(string value, string expected)
    {
        var expanded = Expand(value);

        Assert.Null(expanded.Problem);
        Assert.Equal(expected, expanded.Text);
    }

    [Theory]
    [InlineData("50% off", "a single % is a reference, %(key)s, and this one is not")]
    [InlineData("%", "a single % is a reference, %(key)s, and this one is not")]
    [InlineData("%()s", "a single % is a reference, %(key)s, and this one is not")]
    [InlineData("%(a)", "a single % is a reference, %(key)s, and this one is not")]
    [InlineData("%(a)d", "a single % is a reference, %(key)s, and this one is not")]
    [InlineData("%s", "a single % is a reference, %(key)s, and this one is not")]
    [InlineData("%(nobody)s", "it refers to a key that [s] does not have")]
    [InlineData("%(k)s", "references go round in a circle or deeper than 10 levels")]
    [InlineData("%(loop)s", "references go round in a circle or deeper than 10 levels")]
    public void Expand_BadReference_IsAProblem(string value, string problem) => Assert.Equal(problem, Expand(value).Problem?.What);

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Expand_ChainOfReferences_MayBeTenLong(int length, bool accepted)
    {
        var chain = string.Concat(Enumerable.Range(0, length).Select(i => $"k{i} = %(k{i + 1})s\n"));

        var document = IniParser.Parse($"[s]\n{chain}k{length} = end\n", "x.conf");
        var section = document.Find("s")!;
        var expanded = IniInterpolation.Expand(document, section, section.Find("k0")!);

        Assert.Equal(accepted, expanded.Problem is null);
    }

    [Fact]
    public void Expand_ValuesThatDoubleEachOther_EndsBeforeTheMemoryDoes()
    {
        var reference = string.Concat(Enumerable.Repeat("%(next)s", 40));
        var levels = string.Concat(Enumerable.Range(0, 9).Select(i => $"k{i} = {reference.Replace("next", $"k{i + 1}", StringComparison.Ordinal)}\n"));

        var document = IniParser.Parse($"[s]\n{levels}k9 = 0123456789\n", "x.conf");
        var section = document.Find("s")!;

        Assert.StartsWith("the references in it make it longer", IniInterpolation.Expand(document, section, section.Find("k0")!).Problem?.What);
    }

    [Fact]
    public void Expand_IndirectReference_NamesAllKeysInIt() => Assert.Equal(["a", "twice"], Expand("%(twice)s").References.Order());

    private static IniValue Expand(string value)
    {
        var document = IniParser.Parse(
            $"[DEFAULT]\nd = D\n[s]\na = A\ntwice = %(a)s%(a)s\npercent = 50%%\nloop = %(pool)s\npool = %(loop)s\nk = {value}\n", "x.conf");
        var section = document.Find("s")!;
        return IniInterpolation.Expand(document, section, section.Find("k")!);
    }
}
