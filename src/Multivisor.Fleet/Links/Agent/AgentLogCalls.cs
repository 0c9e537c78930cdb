using Multivisor.Fleet.Logs;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>supervisord's own calls for logs, through an agent of any kind.</summary>
internal sealed class AgentLogCalls(ZeroRpcClient client, string address) : ILogCalls
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    /// <summary>Agents of the original ask supervisord through a library that knows numbers of 32 bits alone.</summary>
    public long MaxOffset => int.MaxValue;

    public async Task<LogTailChunk> TailLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken)
    {
        var method = target.Channel == LogChannel.Stdout ? "tailProcessStdoutLog" : "tailProcessStderrLog";
        var answer = (await CallAsync(method, [target.Namespec, offset, length], cancellationToken)).Items;
        return answer.Count >= 3 && answer[2].TryGetBoolean(out var overflow)
            ? new LogTailChunk(AgentWire.Text(answer[0]), AgentWire.Integer(answer[1]), overflow)
            : throw new LinkException($"{address}: the answer to {method} is not the expected list");
    }

    public async Task<string?> ReadLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            return AgentWire.Text(target.Channel switch
            {
                LogChannel.Main => await CallAsync("readLog", [offset, length], cancellationToken),
                LogChannel.Stdout => await CallAsync("readProcessStdoutLog", [target.Namespec, offset, length], cancellationToken),
                _ => await CallAsync("readProcessStderrLog", [target.Namespec, offset, length], cancellationToken),
            });
        }
        catch (LinkException unknown) when (unknown.InnerException is RemoteException { Name: "NameError" })
        {
            return null;
        }
    }

    private async Task<RpcValue> CallAsync(string method, RpcValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CallAsync(method, arguments, Limit, cancellationToken);
        }
        catch (RemoteException refused) when (IsAboutText(refused))
        {
            throw new LogUnreadableException($"{address}: supervisord cannot send that part of the log as text ({refused.Name})", refused);
        }
        catch (Exception e) when (AgentErrors.Translate(e, address) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Text that is not UTF-8, or cut inside a character, or that no XML may hold, or a number of more than 32 bits: each kind of agent fails in its way.</summary>
    private static bool IsAboutText(RemoteException error) =>
        error.Name is "ExpatError" or "UnicodeDecodeError" or "AttributeError" or "OverflowError"
        || (error.Name == "ProtocolError" && error.Message.Contains(" 500 ", StringComparison.Ordinal));
}
