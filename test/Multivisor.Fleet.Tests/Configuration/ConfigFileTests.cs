using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Tests.Configuration;

public sealed class ConfigFileTests
{
    [Fact]
    public void Load_MissingFile_IsToldApartFromABadOne()
    {
        var result = MultivisorConfig.Load("/nowhere/multivisor.conf");

        Assert.True(result.FileMissing);
        Assert.Equal(
            "/nowhere/multivisor.conf: configuration file does not exist; create it, or name another one with -c FILE",
            Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void Load_Folder_IsAnErrorAndNoException()
    {
        var result = MultivisorConfig.Load("/tmp");

        Assert.False(result.FileMissing);
        Assert.Equal("/tmp: is a directory; name a file that this user may read", Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void Load_ByteOrderMark_IsAccepted()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "[global]\nname = Prüfstand\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

            Assert.Equal("Prüfstand", MultivisorConfig.Load(path).Config?.Name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_NotUtf8_NamesTheLine()
    {
        var result = ConfigFile.Read(Encoding.Latin1.GetBytes("[global]\nname = Prüfstand\n"), "x.conf");

        Assert.Equal("x.conf:2: byte 0xfc is not valid UTF-8; save the file as UTF-8", Assert.Single(result.Errors).ToString());
    }

    [Fact]
    public void Read_CutCharacterAtTheEnd_IsNotUtf8() =>
        Assert.Single(ConfigFile.Read([.. "[global]\n#"u8, 0xC3], "x.conf").Errors, error => error.Line == 2);
}
