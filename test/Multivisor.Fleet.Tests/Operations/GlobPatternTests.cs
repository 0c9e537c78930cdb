using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Multivisor.Fleet.Operations;
using Multivisor.Testing;

namespace Multivisor.Fleet.Tests.Operations;

public sealed class GlobPatternTests
{
    private const int Cases = 20_000;

    [Theory]
    [InlineData("s1:*", "s1:g:p1", true)]
    [InlineData("S1:*", "s1:g:p1", false)]
    [InlineData("*:g:*", "s1:g:p1", true)]
    [InlineData("g:p1", "s1:g:p1", false)]
    [InlineData("*p1", "s1:g:p1", true)]
    [InlineData("*:p?", "s1:g:p1", true)]
    [InlineData("*:p[12]", "s1:g:p2", true)]
    [InlineData("*:p[!12]", "s1:g:p2", false)]
    [InlineData("*:p[3-1]", "s1:g:p2", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[z-a!b]", "c", true)]
    [InlineData("[z-a!b]", "b", false)]
    [InlineData("[z-a!-c-e]", "d", true)]
    [InlineData("[z-a!-c-e]", "-", false)]
    [InlineData("[z-a]", "z", false)]
    [InlineData("[!z-a]", "z", true)]
    [InlineData("[x", "[x", true)]
    [InlineData("?", "😀", true)]
    [InlineData("[😀-😂]", "😁", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void IsMatch_Pattern_ReadsItAsFnmatchDoes(string pattern, string text, bool expected) =>
        Assert.Equal(expected, new GlobPattern(pattern).IsMatch(text));

    [Fact]
    public async Task IsMatch_RandomPatterns_AgreesWithPython()
    {
        var letters = Gen.OneOf("a", "b", "c", ":", "-", "!", "]", "[", "^", "\\", "&", "~", "|", "\n", "Z", "é", "😀", "😂");
        var pieces = Gen.Frequency(
            (6, letters),
            (2, Gen.OneOf("*", "?", "**", "[ab]", "[!ab]", "[a-c]", "[]a]", "[!]a]", "[c-a]", "[a-]", "[--a]", "[a-b-c]", "[!a-c]", "[z-a!b]", "[z-a!-c-e]", "[", "[!", "[z-ab-c]")));
        var cases = new List<string[]>(Cases);
        // Half of the patterns are made from the text, so that many match.
        var derived = letters.Array[0, 6].SelectMany(text => Gen.Select(
            Gen.Const(text), Gen.Select(Gen.Int[0, 9], pieces, (kind, piece) => (kind, piece)).Array[text.Length]));
        Gen.Select(letters.Array[0, 6], pieces.Array[0, 6])
            .Sample((text, pattern) => cases.Add([string.Concat(text), string.Concat(pattern)]), iter: Cases / 2, threads: 1);
        derived.Sample(
            (text, changes) => cases.Add([string.Concat(text), string.Concat(text.Zip(changes, (letter, change) => change.kind switch
            {
                0 => "*",
                1 => "?",
                2 => $"[{letter}]",
                3 => $"[a-{letter}]",
                4 => $"[!{change.piece}]",
                5 => change.piece,
                _ => letter,
            }))]),
            iter: Cases / 2,
            threads: 1);

        var expected = await AskPythonAsync(cases);

        Assert.Equal(Cases, expected.Length);
        for (var i = 0; i < Cases; i++)
            Assert.True(new GlobPattern(cases[i][1]).IsMatch(cases[i][0]) == expected[i], $"{JsonSerializer.Serialize(cases[i])}: Python says {expected[i]}");
        Assert.InRange(expected.Count(e => e), Cases / 20, Cases - (Cases / 20));
    }

    [Fact]
    public void IsMatch_HostilePattern_TakesNoMoreStepsThanPatternTimesText()
    {
        var text = new string('a', 2000);
        foreach (var pattern in new[] { string.Concat(Enumerable.Repeat("*a", 500)) + "b", string.Concat(Enumerable.Repeat("*?[a-z]", 300)) + "b", new string('*', 5000) + "b" })
        {
            Assert.False(new GlobPattern(pattern).IsMatch(text, out var steps));
            Assert.InRange(steps, 1, (long)pattern.Length * text.Length);
        }
    }

    private static async Task<bool[]> AskPythonAsync(List<string[]> cases)
    {
        var script = Path.Combine(TestData.RepositoryRoot, "test", "Multivisor.Fleet.Tests", "Operations", "fnmatch_oracle.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-I", script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        var output = python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(cases));
        python.StandardInput.Close();
        return JsonSerializer.Deserialize<bool[]>(await output)!;
    }
}
