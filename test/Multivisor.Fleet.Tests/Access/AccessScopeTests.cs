using CsCheck;
using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Tests.Access;

public sealed class AccessScopeTests
{
    [Theory]
    [InlineData("*", true, true, true)]
    [InlineData("*:*", true, true, true)]
    [InlineData("*:*:*", true, true, true)]
    [InlineData("host1", true, true, true)]
    [InlineData("host1:*", true, true, true)]
    [InlineData("host1:*:*", true, true, true)]
    [InlineData("host?", true, true, true)]
    [InlineData("host[12]", true, true, true)]
    [InlineData(" other , host1 ", true, true, true)]
    [InlineData("other\nhost1", true, true, true)]
    [InlineData("host1:web", false, true, true)]
    [InlineData("*:web", false, true, true)]
    [InlineData("*:web:*", false, true, true)]
    [InlineData("host1:web:w1", false, false, true)]
    [InlineData("*:*:w1", false, false, true)]
    [InlineData("*:*:w?", false, false, true)]
    [InlineData("host2", false, false, false)]
    [InlineData("Host1", false, false, false)]
    [InlineData("host", false, false, false)]
    [InlineData("host1:db", false, false, false)]
    [InlineData("web", false, false, false)]
    [InlineData("*:w1", false, false, false)]
    [InlineData("*web*", false, false, false)]
    public void Covers_APattern_SupervisorGroupOrProcess(string text, bool supervisor, bool group, bool process)
    {
        var scope = Parse(text);
        Assert.Equal(
            (supervisor, group, process), (scope.CoversSupervisor("host1"), scope.CoversGroup("host1", "web"), scope.Covers("host1", "web", "w1")));
        Assert.Equal((supervisor, group, process), (scope.Covers("host1"), scope.Covers("host1:web"), scope.Covers("host1:web:w1")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , \n")]
    [InlineData("a:b:c:d")]
    [InlineData("host1:")]
    [InlineData(":web")]
    [InlineData("a::c")]
    public void TryParse_NoPattern_IsAMistakeAndNeverEverything(string text)
    {
        Assert.False(AccessScope.TryParse(text, out var scope, out var problem));
        Assert.Null(scope);
        Assert.NotEmpty(problem.Value.What);
        Assert.NotEmpty(problem.Value.Advice);
    }

    [Fact]
    public void Covers_WhateverTheNames_WhatCoversMoreCoversLess() => Gen.Select(
        Gen.String[Gen.Char["ab*?[]!"], 1, 4].Array[1, 3], Gen.String[Gen.Char["ab"], 1, 3], Gen.String[Gen.Char["ab"], 1, 3], Gen.String[Gen.Char["ab:"], 1, 3])
        .Sample((pattern, supervisor, group, process) =>
        {
            var scope = Parse(string.Join(':', pattern));
            Assert.True(!scope.CoversSupervisor(supervisor) || scope.CoversGroup(supervisor, group));
            Assert.True(!scope.CoversGroup(supervisor, group) || scope.Covers(supervisor, group, process));
            Assert.True(!scope.Covers(supervisor, group, process) || scope.MayReach(supervisor));
        });

    private static AccessScope Parse(string text) => AccessScope.TryParse(text, out var scope, out var problem)
        ? scope
        : throw new InvalidOperationException(problem.Value.What);
}
