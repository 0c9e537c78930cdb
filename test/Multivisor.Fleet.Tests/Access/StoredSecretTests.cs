using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Tests.Access;

public sealed class StoredSecretTests
{
    [Fact]
    public void Create_Password_MatchesItselfAndNothingElse()
    {
        var text = StoredPassword.Create(" pass word ", 2000);
        Assert.StartsWith("{PBKDF2-SHA512}2000$", text, StringComparison.Ordinal);
        Assert.DoesNotContain('%', text);
        Assert.True(StoredPassword.TryParse(text, out var stored));
        Assert.Equal((PasswordKind.Pbkdf2, 2000), (stored.Kind, stored.Iterations));
        Assert.True(stored.Matches("pass word"));
        Assert.False(stored.Matches("password"));
        Assert.False(stored.Matches(text));
        Assert.NotEqual(text, StoredPassword.Create("pass word", 2000));
    }

    [Fact]
    public void TryParse_ARecordedHash_IsReadForEver()
    {
        // Made with Python: hashlib.pbkdf2_hmac('sha512', b'test', bytes(range(16)), 1000, 32).
        Assert.True(StoredPassword.TryParse("{PBKDF2-SHA512}1000$AAECAwQFBgcICQoLDA0ODw$1fMYDCIZjiMM1w4iQwDt1Py_-NnbxpfIFx8aop-oD1c", out var stored));
        Assert.True(stored.Matches("test"));
    }

    [Theory]
    [InlineData("test", PasswordKind.Plain)]
    [InlineData("{SHA}a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", PasswordKind.Sha1)]
    public void TryParse_FormsOfTheOriginal_Match(string text, PasswordKind kind)
    {
        Assert.True(StoredPassword.TryParse(text, out var stored));
        Assert.Equal(kind, stored.Kind);
        Assert.True(stored.Matches(" test\n"));
        Assert.False(stored.Matches(text + "x"));
        Assert.DoesNotContain("test", stored.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{PBKDF2-SHA512}")]
    [InlineData("{PBKDF2-SHA512}1000$AAECAwQFBgcICQoLDA0ODw")]
    [InlineData("{PBKDF2-SHA512}999$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("{PBKDF2-SHA512}99999999$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("{PBKDF2-SHA512}1000$AAEC$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("{PBKDF2-SHA512}1000$AAECAwQFBgcICQoLDA0ODw$AAEC")]
    [InlineData("{PBKDF2-SHA512}1000$!!$??")]
    public void TryParse_BrokenHash_IsNotTakenForAPlainPassword(string text) => Assert.False(StoredPassword.TryParse(text, out _));

    [Fact]
    public void Create_Token_MatchesItselfAndNothingElse()
    {
        var (token, text) = StoredToken.Create();
        Assert.True(StoredToken.TryParse(text, out var stored));
        Assert.True(stored.Matches(token));
        Assert.False(stored.Matches(token[..^1]));
        Assert.False(stored.Matches(text));
        Assert.False(stored.Matches(""));
        Assert.True(token.Length < StoredToken.MaxLength);
        foreach (var bad in (string[])["", "{SHA256}", token, text[..^1], text + "0", text.Replace("{SHA256}", "{SHA}", StringComparison.Ordinal), text[..^1] + "g"])
            Assert.False(StoredToken.TryParse(bad, out _));
    }
}
