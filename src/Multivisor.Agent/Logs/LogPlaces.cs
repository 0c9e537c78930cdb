using Multivisor.Agent.Calls;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Logs;

/// <summary>Which file a log is: what supervisord itself tells of its processes, and never a path from anybody else.</summary>
internal sealed class LogPlaces(SupervisordCalls calls)
{
    public const string Stdout = "stdout";
    public const string Stderr = "stderr";
    public const string Main = "main";

    /// <param name="name">Of a process, as supervisord takes it; not looked at for the main log.</param>
    /// <exception cref="RemoteException">supervisord refuses (<c>Fault</c>), keeps no such log (<c>NoLogFile</c>), or it cannot be found (<c>LogUnreadable</c>).</exception>
    public async Task<string> FindAsync(string name, string channel, CancellationToken cancellationToken)
    {
        if (channel == Main)
        {
            return await MainLog.FindAsync(calls, cancellationToken)
                ?? throw new RemoteException("LogUnreadable", "which file supervisord's own log is cannot be told from here; readLog has its text");
        }

        if (channel is not (Stdout or Stderr))
            throw new RemoteException("ValueError", $"there is no log '{channel}': stdout, stderr or main");
        var info = await calls.CallAsync("supervisor.getProcessInfo", [name], cancellationToken);
        if (info.TryGetMember($"{channel}_logfile", out var file) && file.TryGetString(out var path) && path.Length > 0)
            return path.StartsWith('/') ? path : throw new RemoteException("LogUnreadable", $"{path} is no absolute path");
        throw new RemoteException("NoLogFile", $"supervisord keeps no log of {channel} of {name}: see {channel}_logfile and redirect_stderr in its configuration");
    }
}
