using Multivisor.Agent.Calls;
using Multivisor.Testing;

namespace Multivisor.Agent.Tests.Support;

/// <summary>What the same tests run against: our agent beside supervisord, or our plug-in inside it.</summary>
internal abstract class AgentKind
{
    public static AgentKind EventListener { get; } = new ListenerKind();

    public static AgentKind PlugIn { get; } = new PlugInKind();

    public abstract string Program { get; }

    /// <summary>Its own process, as it names it; empty where it has none.</summary>
    public abstract string OwnProcess { get; }

    public abstract string Pool { get; }

    public int OwnProcesses => OwnProcess.Length > 0 ? 1 : 0;

    /// <summary>Searches in logs itself; otherwise the server does it.</summary>
    public bool SearchesLogs => OwnProcesses > 0;

    /// <summary>What leaves supervisord asleep, for <see cref="StartAsync"/>.</summary>
    public abstract (string Name, string? Value) NoWake { get; }

    /// <summary>Name and message of the error for a fault of supervisord.</summary>
    public abstract (string Name, string Message) Fault(int code, string text);

    /// <param name="restrictions">For example <c>read_only</c>, or <c>allow</c> with its value.</param>
    public abstract Task<AgentUnderTest> StartAsync(string sections, SupervisordOptions? options = null, params (string Name, string? Value)[] restrictions);

    private sealed class ListenerKind : AgentKind
    {
        public override string Program => "multivisor-rpc";

        public override string OwnProcess => "multivisor-rpc:multivisor-rpc";

        public override string Pool => "multivisor-rpc";

        public override (string Name, string? Value) NoWake => ("no_wake", null);

        public override (string Name, string Message) Fault(int code, string text) => ("Fault", $"<Fault {code}: {PythonText.Repr(text)}>");

        public override Task<AgentUnderTest> StartAsync(string sections, SupervisordOptions? options = null, params (string Name, string? Value)[] restrictions) =>
            AgentUnderTest.StartAsync(
                sections,
                new SupervisordAgent(AgentUnderTest.Program)
                {
                    Arguments = string.Join(' ', restrictions.Select(r => $"--{r.Name.Replace('_', '-')} {r.Value}")),
                },
                options);
    }

    private sealed class PlugInKind : AgentKind
    {
        public override string Program => "multivisor-plugin";

        public override string OwnProcess => "";

        public override string Pool => "multivisor";

        public override (string Name, string? Value) NoWake => ("wake", "false");

        public override (string Name, string Message) Fault(int code, string text) => ("RPCError", $"code={code}, text={PythonText.Repr(text)}");

        public override Task<AgentUnderTest> StartAsync(string sections, SupervisordOptions? options = null, params (string Name, string? Value)[] restrictions) =>
            AgentUnderTest.StartAsync(sections, null, (options ?? new()) with
            {
                Daemon = true,
                PlugIn = new SupervisordPlugIn(string.Join('\n', restrictions.Select(r => $"{r.Name}={r.Value ?? "true"}"))),
            });
    }
}
