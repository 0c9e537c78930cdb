using System.Text;

namespace Multivisor.Fleet.Configuration;

/// <summary>From a path to text: everything that can be wrong before the first line is looked at.</summary>
internal static class ConfigFile
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static ConfigResult Load(string path)
    {
        var (text, problem) = ReadText(path);
        if (text is not null)
            return ConfigReader.Read(text, path);
        return problem is null ? ConfigResult.Missing(path) : ConfigResult.Invalid([problem]);
    }

    /// <summary>The text of a file, or what is wrong with it.</summary>
    /// <returns>Neither when there is no such file.</returns>
    public static (string? Text, ConfigError? Problem) ReadText(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var problem = Directory.Exists(path) ? "is a directory" : $"cannot be read ({e.Message.TrimEnd('.')})";
            return (null, new ConfigError(path, 0, problem, "name a file that this user may read"));
        }
    }

    internal static ConfigResult Read(ReadOnlySpan<byte> content, string fileName)
    {
        var (text, problem) = Decode(content, fileName);
        return text is null ? ConfigResult.Invalid([problem!]) : ConfigReader.Read(text, fileName);
    }

    private static (string? Text, ConfigError? Problem) Decode(ReadOnlySpan<byte> content, string fileName)
    {
        if (content.StartsWith(ByteOrderMark))
            content = content[ByteOrderMark.Length..];

        var invalid = IndexOfInvalidByte(content);
        if (invalid < 0)
            return (Encoding.UTF8.GetString(content), null);
        var line = 1 + content[..invalid].Count((byte)'\n');
        return (null, new ConfigError(fileName, line, $"byte 0x{content[invalid]:x2} is not valid UTF-8", "save the file as UTF-8"));
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
}
