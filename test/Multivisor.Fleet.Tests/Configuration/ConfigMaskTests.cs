using CsCheck;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class ConfigMaskTests
{
    private const string Canary = "c4nary";
    private const string Mask = ConfigMask.Mask;

    [Theory]
    [InlineData("[global]\npassword = c4nary", "[global]\npassword = " + Mask)]
    [InlineData("[global]\nPassWord:c4nary  ", "[global]\nPassWord:" + Mask)]
    [InlineData("password=c4nary", "password=" + Mask)]
    [InlineData("  password =   c4nary c4nary", "  password =   " + Mask)]
    [InlineData("password =", "password =")]
    [InlineData("password\tc4nary", "password\t" + Mask)]
    [InlineData("api_token = c4nary", "api_token = " + Mask)]
    [InlineData("client secret = c4nary", "client secret = " + Mask)]
    [InlineData("smtp.key = c4nary", "smtp.key = " + Mask)]
    [InlineData("password_hash = c4nary", "password_hash = " + Mask)]
    [InlineData("username = {SHA}c4nary", "username = " + Mask)]
    [InlineData("[s]\npassword = c4nary\n  c4nary\n\n\tc4nary = x\nname = n", "[s]\npassword = " + Mask + "\n  " + Mask + "\n\n\t" + Mask + "\nname = n")]
    [InlineData("[s]\npassword =\n  c4nary", "[s]\npassword =\n  " + Mask)]
    [InlineData("[s]\npassword = a\n  # c4nary\n  b", "[s]\npassword = " + Mask + "\n  # " + Mask + "\n  " + Mask)]
    [InlineData("[s]\nname = x\n  password = c4nary\n  c4nary", "[s]\nname = x\n  password = " + Mask + "\n  " + Mask)]
    [InlineData("# password = c4nary", "# password = " + Mask)]
    [InlineData(";password: c4nary", ";password: " + Mask)]
    [InlineData("#password = c4nary\n#   c4nary\n#text", "#password = " + Mask + "\n#   " + Mask + "\n#text")]
    [InlineData("#password = c4nary\n   c4nary", "#password = " + Mask + "\n   " + Mask)]
    [InlineData("[s]\nname = x\n#password = c4nary\n   c4nary", "[s]\nname = x\n#password = " + Mask + "\n   " + Mask)]
    [InlineData("url = http://u:c4nary@host:9001", "url = http://" + Mask + "@host:9001")]
    [InlineData("url = http://u:c4@n/c4nary@host", "url = http://" + Mask + "@host")]
    [InlineData("url = u:c4nary@host:9001", "url = " + Mask + "@host:9001")]
    [InlineData("# url = u:c4nary@host", "# url = " + Mask + "@host")]
    [InlineData("# see https://u:c4nary@host", "# see https://" + Mask + "@host")]
    [InlineData("serverurl = http://c4nary@host", "serverurl = http://" + Mask + "@host")]
    [InlineData("[supervisor:http://u:c4nary@host]", "[supervisor:http://" + Mask + "@host]")]
    [InlineData("url = a\n  x = u:p@host\tpassword = c4nary", "url = a\n  " + Mask + "@host\tpassword = " + Mask)]
    public void Apply_Secret_IsHiddenAndNothingElse(string text, string expected)
    {
        Assert.Equal(expected, ConfigMask.Apply(text));
        Assert.DoesNotContain(Canary, expected);
    }

    [Theory]
    [InlineData("[global]\r\nname = PE Lab\r\n\r\n# a comment\r\n[supervisor:a]\r\nurl = host:9002\r\n")]
    [InlineData("[global]\rname = x\n  more\n")]
    [InlineData("password_file = /etc/multivisor/password")]
    [InlineData("username = operator")]
    [InlineData("name = a@b")]
    [InlineData("# The name: what people see")]
    [InlineData("not a key\n[broken\n= x")]
    [InlineData("")]
    public void Apply_NoSecret_ChangesNothing(string text) => Assert.Equal(text, ConfigMask.Apply(text));

    [Fact]
    public void Apply_RandomTextAroundASecret_NeverShowsIt() => Gen.Select(
        Gen.OneOf("", "[global]\n", "[global]\nname = x\n", "[global]\nname = x\n  y\n", "junk\n", "[broken\n", "# note\n", "#  token = a\n", "  k = v\n"),
        Gen.OneOf("", " ", "\t", "      "),
        Gen.OneOf("", "#", "# ", ";;"),
        Gen.OneOf("password", "PASSWORD", "my_secret", "token", "k.key", "a hash"),
        Gen.OneOf("=", ":", " = ", " : "),
        Gen.OneOf("\n", "\r\n", "\r"),
        Gen.OneOf("", "[s]\n", "url = h\n", "   z", "junk"),
        (before, indent, comment, key, delimiter, end, after) => before + indent + comment + key + delimiter + "x " + Canary + end + after)
        .Sample(text => !ConfigMask.Apply(text).Contains(Canary, StringComparison.Ordinal));
}
