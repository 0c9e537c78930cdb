using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Client;

/// <summary>What the answers of a server mean to the caller (zerorpc.md section 4).</summary>
internal static class Answers
{
    /// <summary>The result that OK wraps in an array of one; more elements are ignored, as python does.</summary>
    public static RpcValue Result(RpcEvent answer) => answer.Args.Items is [var result, ..] ? result : RpcValue.Nil;

    /// <summary>The error that ERR tells: three texts, or (version 1, section 8) one.</summary>
    public static RemoteException Error(RpcEvent answer)
    {
        var parts = answer.Args.Items;
        return parts.Count == 1
            ? new RemoteException("RemoteError", Text(parts, 0))
            : new RemoteException(Text(parts, 0), Text(parts, 1), Text(parts, 2));
    }

    /// <summary>An answer of the wrong pattern.</summary>
    public static RemoteException Unexpected(string method, RpcEvent answer) => answer.Name switch
    {
        EventNames.Stream or EventNames.StreamDone => new("TypeError", $"{method} answers with a stream"),
        EventNames.Ok => new("TypeError", $"{method} answers with one value and no stream"),
        _ => new("RuntimeError", $"{method} answers with the unknown event {answer.Name}"),
    };

    private static string Text(IReadOnlyList<RpcValue> parts, int index)
    {
        if (index >= parts.Count)
            return "";
        return parts[index].TryGetString(out var text) ? text : parts[index].ToString();
    }
}
