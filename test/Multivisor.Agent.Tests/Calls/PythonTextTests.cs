using Multivisor.Agent.Calls;

namespace Multivisor.Agent.Tests.Calls;

public sealed class PythonTextTests
{
    // Right sides are what Python 3.11's repr() gives.
    [Theory]
    [InlineData("BAD_NAME: zz", "'BAD_NAME: zz'")]
    [InlineData("can't", "\"can't\"")]
    [InlineData("can't \"x\"", "'can\\'t \"x\"'")]
    [InlineData("a\\b\n\r\t\0\u001b\u007f", "'a\\\\b\\n\\r\\t\\x00\\x1b\\x7f'")]
    [InlineData("\u00e9\u20ac\U0001F600", "'\u00e9\u20ac\U0001F600'")]
    [InlineData("\u00a0\u200b\u2028\ue000\U000E0001", "'\\xa0\\u200b\\u2028\\ue000\\U000e0001'")]
    public void Repr_Text_IsWrittenAsPythonWritesIt(string text, string repr) => Assert.Equal(repr, PythonText.Repr(text));
}
