using Multivisor.Cli.Commands;

namespace Multivisor.Cli.Tests;

public sealed class UidPatternTests
{
    [Theory]
    [InlineData("lid001:web:web_00", "lid001:web:web_00", true)]
    [InlineData("lid001:*", "lid001:web:web_00", true)]
    [InlineData("web_00", "lid001:web:web_00", true)]
    [InlineData("web_*", "lid001:web:web_00", false)]
    [InlineData("*web_*", "lid001:web:web_00", true)]
    [InlineData("web", "lid001:web:web_00", false)]
    [InlineData("web_0?", "lid001:web:web_00", true)]
    [InlineData("web_[0-9]?", "lid001:web:web_00", true)]
    [InlineData("web_[!0]?", "lid001:web:web_00", false)]
    [InlineData("web_[", "lid001:web:web_[", true)]
    [InlineData("web.00", "lid001:web:web_00", false)]
    [InlineData("lid001:web:[a\\-z]eb", "lid001:web:web", true)]
    public void Matches_Pattern_AsTheServerDoes(string pattern, string uid, bool matches) =>
        Assert.Equal(matches, new UidPattern(pattern).Matches(uid));

    [Theory]
    [InlineData("web*", "lid001:web:web_00", false)]
    [InlineData("*web*", "lid001:web:web_00", true)]
    public void Matches_WholeUid_HasNoRuleForNames(string pattern, string uid, bool matches) =>
        Assert.Equal(matches, new UidPattern(pattern, isWholeUid: true).Matches(uid));
}
