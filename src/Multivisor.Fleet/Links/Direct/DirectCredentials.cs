using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>Finds the password for supervisord where the configuration says that it is. Asked anew for each connection.</summary>
internal static class DirectCredentials
{
    private const int MaxLength = 4096;

    /// <exception cref="LinkException">The file or variable cannot be read; the message tells which, and no secret.</exception>
    public static (string? UserName, string? Password) Read(CredentialsConfig config, SupervisorUrl url)
    {
        if (config.UserName is null)
            return (url.Scheme == SupervisorUrl.Ssh ? null : url.UserName, url.Password);
        if (config.PasswordVariable is { Length: > 0 } variable)
        {
            return (config.UserName, Environment.GetEnvironmentVariable(variable)
                ?? throw new LinkException($"the password cannot be read: the server has no environment variable {variable} (see docs/troubleshooting.md)"));
        }

        return (config.UserName, config.PasswordFile is { } file ? ReadFile(file) : config.Password);
    }

    private static string ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            var buffer = new char[MaxLength + 1];
            var length = reader.ReadBlock(buffer);
            return length <= MaxLength
                ? new string(buffer, 0, length).TrimEnd('\r', '\n')
                : throw new LinkException($"the password cannot be read: {path} is longer than {MaxLength} characters (see docs/troubleshooting.md)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message.TrimEnd('.');
            throw new LinkException($"the password cannot be read from {path}: {why} (see docs/troubleshooting.md)", e);
        }
    }
}
