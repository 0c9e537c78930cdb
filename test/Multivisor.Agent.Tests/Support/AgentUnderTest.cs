using Multivisor.Supervisord;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Support;

/// <summary>A real supervisord that runs the built agent as event listener, or the plug-in, and a client connected to it.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private AgentUnderTest(SupervisordInstance supervisord, ZeroRpcClient client)
    {
        Supervisord = supervisord;
        Client = client;
        Direct = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));
    }

    /// <summary>The agent as built, copied beside the tests; MULTIVISOR_RPC names another, for example the published one.</summary>
    public static string Program { get; } =
        Environment.GetEnvironmentVariable("MULTIVISOR_RPC") ?? Path.Combine(AppContext.BaseDirectory, "multivisor-rpc");

    public SupervisordInstance Supervisord { get; }

    public ZeroRpcClient Client { get; }

    /// <summary>Somebody else who talks to the same supervisord, past the agent.</summary>
    public SupervisordClient Direct { get; }

    public static async Task<AgentUnderTest> StartAsync(string sections, SupervisordAgent? agent = null, SupervisordOptions? options = null)
    {
        var supervisord = await SupervisordInstance.StartAsync((options ?? new()) with
        {
            Sections = sections,
            Agent = options?.PlugIn is null ? agent ?? new SupervisordAgent(Program) : null,
        });
        try
        {
            var agentUnderTest = new AgentUnderTest(supervisord, await ConnectAsync(supervisord.AgentPort));
            if (supervisord.Log.Length > 0 && options is not { Password: not null } and not { PlugIn: not null })
                await agentUnderTest.SettleAsync();
            return agentUnderTest;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var log = supervisord.AgentLog;
            await supervisord.DisposeAsync();
            throw new InvalidOperationException($"The agent did not start: {error.Message}\n{log}", error);
        }
    }

    public static async Task<ZeroRpcClient> ConnectAsync(int port)
    {
        ZeroRpcClient? client = null;
        await Eventually.BecomesAsync(
            async () =>
            {
                try
                {
                    client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port);
                }
                catch (LostRemoteException)
                {
                    // Not yet.
                }

                return client;
            },
            c => c is not null,
            StartLimit);
        return client!;
    }

    public Task<RpcValue> CallAsync(string method, params RpcValue[] arguments) => Client.CallAsync(method, arguments);

    public Task<EventTape> SubscribeAsync() => EventTape.StartAsync(Client);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Direct.DisposeAsync();
        await Supervisord.DisposeAsync();
    }

    /// <summary>supervisord sends no events to a listener before that has run for a second.</summary>
    private Task SettleAsync() => Eventually.BecomesAsync(
        () => Direct.GetProcessInfoAsync("multivisor-rpc:multivisor-rpc"), p => p.State == ProcessState.Running, StartLimit);
}
