using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Server;

namespace Multivisor.ZeroRpc.Security;

/// <summary>
/// Stands before the methods of one connection until its client has said the token. It may try once; everything else, built-in methods
/// too, is answered with an error.
/// </summary>
/// <remarks>Called by the reading loop of the connection alone, but for <see cref="IsOpen"/>.</remarks>
internal sealed class ConnectionGate(ServerSecurity security, RequestHandler handler, Action<string> onRefused)
{
    public const string Method = "multivisor_authenticate";
    private const string ErrorName = "AuthenticationError";

    private volatile bool _open = !security.WantsToken;
    private bool _refused;

    public bool IsOpen => _open;

    public ValueTask OnRequestAsync(RpcConnection connection, RpcEvent request)
    {
        if (request.Name == Method)
            return AuthenticateAsync(connection, request);
        if (_open || request.Name is EventNames.Heartbeat or EventNames.More)
            return handler.OnRequestAsync(connection, request);
        return RefuseAsync(connection, request, "it sent no token", "this agent wants a token: write token_file= into the configuration of the server");
    }

    private ValueTask AuthenticateAsync(RpcConnection connection, RpcEvent request)
    {
        // An agent that asks for none is content with any; the client need not know.
        if (!security.WantsToken || (!_refused && request.Args.Items is [var only] && only.TryGetString(out var token) && security.Admits(token)))
        {
            _open = true;
            return new ValueTask(connection.Sending.SendAsync(connection.Event(request.Id, EventNames.Ok, RpcValue.Array(true)), CancellationToken.None));
        }

        return RefuseAsync(connection, request, "its token is wrong", "the token is wrong: the server's token_file and the agent's --token-file must hold the same");
    }

    private async ValueTask RefuseAsync(RpcConnection connection, RpcEvent request, string why, string answer)
    {
        if (!_refused)
            onRefused(why);
        _refused = true;
        await connection.Sending.WaitForRoomAsync();
        await connection.Sending.SendAsync(connection.Event(request.Id, EventNames.Error, Errors.Describe(ErrorName, answer)), CancellationToken.None);
    }
}
