namespace Multivisor.Cli.Connection;

/// <summary>Where this user's files are, by the rules of the system (XDG on Unix).</summary>
internal static class UserFolders
{
    public static string Config => Folder("XDG_CONFIG_HOME", ".config", Environment.SpecialFolder.ApplicationData);

    /// <summary>What is kept between runs and may be lost: history, sessions.</summary>
    public static string State => Folder("XDG_STATE_HOME", Path.Combine(".local", "state"), Environment.SpecialFolder.LocalApplicationData);

    /// <summary>Writes a file that only its owner reads, in one step; makes its folder.</summary>
    public static void WritePrivately(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options))
            writer.Write(text);
        File.Move(draft, path, overwrite: true);
    }

    private static string Folder(string variable, string below, Environment.SpecialFolder windows)
    {
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(windows), "multivisor");
        var root = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named && Path.IsPathRooted(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), below);
        return Path.Combine(root, "multivisor");
    }
}
