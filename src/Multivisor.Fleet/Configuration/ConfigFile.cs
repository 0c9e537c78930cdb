using System.Text;

namespace Multivisor.Fleet.Configuration;

/// <summary>From a path to text: everything that can be wrong before the first line is looked at.</summary>
internal static class ConfigFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static ConfigResult Load(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ConfigResult.Missing(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var problem = Directory.Exists(path) ? "is a directory" : $"cannot be read ({e.Message.TrimEnd('.')})";
            return Fail(path, 0, problem, "name a file that this user may read");
        }

        return Read(content, path);
    }

    internal static ConfigResult Read(ReadOnlySpan<byte> content, string fileName)
    {
        if (content.StartsWith(ByteOrderMark))
            content = content[ByteOrderMark.Length..];

        var invalid = IndexOfInvalidByte(content);
        if (invalid >= 0)
        {
            var line = 1 + content[..invalid].Count((byte)'\n');
            return Fail(fileName, line, $"byte 0x{content[invalid]:x2} is not valid UTF-8", "save the file as UTF-8");
        }

        return ConfigReader.Read(Encoding.UTF8.GetString(content), fileName);
    }

    private static int IndexOfInvalidByte(ReadOnlySpan<byte> content)
    {
        var position = 0;
        while (position < content.Length)
        {
            if (Rune.DecodeFromUtf8(content[position..], out _, out var length) != System.Buffers.OperationStatus.Done)
                return position;
            position += length;
        }

        return -1;
    }

    private static ConfigResult Fail(string file, int line, string problem, string advice) =>
        ConfigResult.Invalid([new ConfigError(file, line, problem, advice)]);
}
