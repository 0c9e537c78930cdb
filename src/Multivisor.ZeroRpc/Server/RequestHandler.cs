using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Server;

/// <summary>Turns requests into running methods. Shared by all connections of a server; thread-safe.</summary>
internal sealed class RequestHandler(MethodTable methods, ZeroRpcOptions options, RunningWork running)
{
    private volatile MethodTable _methods = methods;

    /// <summary>From the next request on; calls that run are not touched.</summary>
    public void Serve(MethodTable methods) => _methods = methods;

    /// <summary>Takes an event that opens a channel. Called by the reading loop of its connection, which waits for it.</summary>
    public async ValueTask OnRequestAsync(RpcConnection connection, RpcEvent request)
    {
        // Heartbeats and credits of a forgotten channel may come without response_to from sloppy peers; they call nothing.
        if (request.Name is EventNames.Heartbeat or EventNames.More)
            return;

        // A peer that asks without reading the answers is not listened to until it reads.
        await connection.Sending.WaitForRoomAsync();
        if (_methods.Find(request.Name) is not { } method)
            await RefuseAsync(connection, request, "NameError", request.Name);
        else if (request.Args.Kind != RpcKind.Array)
            await RefuseAsync(connection, request, "TypeError", "the arguments are no array");
        else
            await OpenAsync(connection, request, method);
    }

    private async ValueTask OpenAsync(RpcConnection connection, RpcEvent request, ZeroRpcService.Entry method)
    {
        var channel = new ServerChannel(connection, request.Id, method);
        if (connection.Channels.TryAdd(channel, options.MaxChannels))
        {
            // On the thread pool: a method that computes or blocks must not keep its connection from reading heartbeats.
            running.Run(() => channel.RunAsync(request.Args));
            return;
        }

        // The same id again would be answered on the channel that is open; only the limit has an answer of its own.
        if (!connection.Channels.Contains(request.Id))
            await RefuseAsync(connection, request, "OverloadError", $"more than {options.MaxChannels} calls at a time on one connection");
    }

    private static Task RefuseAsync(RpcConnection connection, RpcEvent request, string name, string message) =>
        connection.Sending.SendAsync(connection.Event(request.Id, EventNames.Error, Errors.Describe(name, message)), CancellationToken.None);
}
