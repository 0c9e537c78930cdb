using System.ComponentModel;
using System.Diagnostics;
using System.Security;
using Microsoft.Extensions.Hosting.Systemd;

namespace Multivisor.Server.Startup;

/// <summary>What the program owes to who started it as a service: systemd, or the service control manager of Windows.</summary>
internal static class ServiceManagers
{
    /// <summary>Of the service and of its source in the event log.</summary>
    private const string WindowsName = "Multivisor";

    /// <summary>systemd hears that the server is up now, and when it stops. Without NOTIFY_SOCKET this does nothing.</summary>
    /// <remarks>
    /// Not by AddSystemd: it looks for systemd as its parent in /proc, which ProtectProc= hides, and would leave SIGINT to nobody.
    /// </remarks>
    public static void TellSystemd(this WebApplication app)
    {
        var systemd = new SystemdNotifier();
        app.Lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        systemd.Notify(ServiceState.Ready);
    }

    /// <summary>Stops when Windows wants it, and logs to the event log as well. In a console this does nothing.</summary>
    /// <remarks>After the log is configured, which throws away whatever logs.</remarks>
    public static void ObeyWindows(this IServiceCollection services) => services.AddWindowsService(service => service.ServiceName = WindowsName);

    /// <summary>A service has no console: what kept it from starting would be lost.</summary>
    public static void ReportFailure(IEnumerable<string> problems)
    {
        if (!OperatingSystem.IsWindows())
            return;
        try
        {
            EventLog.WriteEntry(WindowsName, string.Join('\n', problems), EventLogEntryType.Error);
        }
        catch (Exception e) when (e is SecurityException or InvalidOperationException or ArgumentException or Win32Exception)
        {
            // No rights to make the source; stderr has it too.
        }
    }
}
