
namespace Multivisor.Server.Startup;

/// <summary>What the command line asked for.</summary>
/// <param name="Bind">As given to <c>--bind</c>; null when not given.</param>
/// <param name="IsWindowsService">Started by the service control manager of Windows.</param>
internal sealed record ServerOptions(string ConfigPath, string? Bind, LogLevel LogLevel, bool CheckOnly, bool IsWindowsService = false)
{
    public static string DefaultConfigPath { get; } = OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Multivisor", "multivisor.conf")
        : "/etc/multivisor.conf";
}

/// <summary>Exit codes of the program.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The program could not do its work: an address in use, a fault of ours.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the command line is wrong; nothing was started.</summary>
    public const int BadConfiguration = 2;
}
