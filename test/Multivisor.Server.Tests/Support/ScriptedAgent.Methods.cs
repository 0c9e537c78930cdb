using System.Text;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Server.Tests.Support;

internal sealed partial class ScriptedAgent
{
    private static readonly string[] Signals = ["HUP", "TERM", "INT", "USR1", "USR2", "KILL", "10"];

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private void AddMethods(ZeroRpcService service)
    {
        Add("getPID", _ => Pid);
        Add("getIdentification", _ => Name);
        Add("getAPIVersion", _ => "3.0");
        Add("getSupervisorVersion", _ => "4.2.5");
        Add("getAllProcessInfo", _ => All());
        Add("getProcessInfo", a => ToMap(Find(Text(a, 0))));
        Add("startProcess", a => StartOne(Find(Text(a, 0))));
        Add("stopProcess", a => StopOne(Find(Text(a, 0))));
        Add("signalProcess", a => Signals.Contains(Text(a, 1)) && Find(Text(a, 0)).Pid != 0 ? true : throw Fault(11, $"BAD_SIGNAL: {Text(a, 1)}"));
        Add("startProcessGroup", a => ForGroup(Text(a, 0), p => p.State.IsStopped(), p => StartOne(p)));
        Add("stopProcessGroup", a => ForGroup(Text(a, 0), p => p.State.IsRunning(), p => StopOne(p)));
        Add("reloadConfig", _ => RpcValue.Array(RpcValue.Array(Names(Reread.Added), Names(Reread.Changed), Names(Reread.Removed))));
        Add("addProcessGroup", _ => true);
        Add("removeProcessGroup", _ => true);
        Add("restart", _ => true);
        Add("shutdown", _ => true);
        Add("tailProcessStdoutLog", a => Tail(a, ""));
        Add("tailProcessStderrLog", a => Tail(a, ":err"));
        if (IsAnnounced)
        {
            Add("multivisor_agent", _ => RpcValue.Map(
                new("program", "multivisor-rpc"),
                new("version", "0.1.0"),
                new("process", "multivisor-rpc:multivisor-rpc"),
                new("features", RpcValue.Array("reconcile"))));
        }

        void Add(string method, Func<IReadOnlyList<RpcValue>, RpcValue> answer) => service.Add(method, async (arguments, cancellationToken) =>
        {
            Calls.Enqueue(string.Join(' ', arguments.Select(a => a.TryGetString(out var text) ? text : a.ToString()).Prepend(method)));
            if (_held.TryGetValue(method, out var held))
                await held.Task.WaitAsync(cancellationToken);
            return Failures.TryGetValue(method, out var failure) ? throw failure : answer(arguments);
        });
    }

    private static string Text(IReadOnlyList<RpcValue> arguments, int index) =>
        arguments[index].TryGetString(out var text) ? text : throw new RemoteException("TypeError", "text expected");

    private static long Number(IReadOnlyList<RpcValue> arguments, int index) =>
        arguments[index].TryGetInt64(out var number) ? number : throw new RemoteException("TypeError", "number expected");

    private static RpcValue Names(string[] names) => RpcValue.Array([.. names.Select(n => (RpcValue)n)]);

    private RpcValue All()
    {
        lock (_gate)
            return RpcValue.Array([.. _processes.Select(ToMap)]);
    }

    private RpcValue StartOne(ProcessInfo process)
    {
        if (process.State.IsRunning())
            throw Fault(60, $"ALREADY_STARTED: {process.Namespec}");
        ChangeState(process.Namespec, ProcessState.Starting);
        ChangeState(process.Namespec, ProcessState.Running);
        return true;
    }

    private RpcValue StopOne(ProcessInfo process)
    {
        if (!process.State.IsRunning())
            throw Fault(70, $"NOT_RUNNING: {process.Namespec}");
        ChangeState(process.Namespec, ProcessState.Stopping);
        ChangeState(process.Namespec, ProcessState.Stopped);
        return true;
    }

    private RpcValue ForGroup(string group, Func<ProcessInfo, bool> concerned, Action<ProcessInfo> act)
    {
        ProcessInfo[] members;
        lock (_gate)
            members = [.. _processes.Where(p => p.Group == group)];
        if (members.Length == 0)
            throw Fault(10, $"BAD_NAME: {group}");
        var asked = members.Where(concerned).ToArray();
        foreach (var process in asked)
            act(process);
        return RpcValue.Array([.. asked.Select(p => RpcValue.Map(
            new("name", p.Name), new("group", p.Group), new("status", 80), new("description", "OK")))]);
    }

    /// <summary>supervisord's own arithmetic (supervisor.md section 5.1), its failure inside a UTF-8 character included.</summary>
    private RpcValue Tail(IReadOnlyList<RpcValue> arguments, string suffix)
    {
        var @namespec = Find(Text(arguments, 0)).Namespec;
        long offset = Number(arguments, 1), length = Number(arguments, 2);
        if (!Logs.TryGetValue(@namespec + suffix, out var log))
            return RpcValue.Array("", 0, false);
        var overflow = log.Length > offset + length;
        if (overflow)
            offset = log.Length - 1;
        if (offset + length > log.Length)
        {
            if (offset > log.Length - 1)
                length = 0;
            offset = log.Length - length;
        }

        offset = Math.Max(0, offset);
        length = Math.Clamp(length, 0, log.Length - offset);
        try
        {
            return RpcValue.Array(Strict.GetString(log, (int)offset, (int)length), log.Length, overflow);
        }
        catch (DecoderFallbackException)
        {
            throw new RemoteException("ProtocolError", "<ProtocolError for 127.0.0.1/RPC2: 500 Internal Server Error>");
        }
    }
}
