using Multivisor.Supervisord.XmlRpc;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Calls;

/// <summary>Between the values of the two wires (multivisor-agent.md section 2.3).</summary>
internal static class Translation
{
    public static RpcValue ToRpc(this XmlRpcValue value)
    {
        switch (value.Kind)
        {
            case XmlRpcKind.Boolean:
                return value.TryGetBoolean(out var flag) && flag;
            case XmlRpcKind.Integer:
                value.TryGetInt64(out var number);
                return number;
            case XmlRpcKind.Double:
                value.TryGetDouble(out var real);
                return real;
            case XmlRpcKind.String or XmlRpcKind.DateTime:
                value.TryGetString(out var text);
                return text;
            case XmlRpcKind.Base64:
                return RpcValue.Binary(value.Bytes.ToArray());
            case XmlRpcKind.Array:
                return RpcValue.Array(Convert(value.Items, ToRpc));
            case XmlRpcKind.Struct:
                return RpcValue.Map(Convert(value.Members, m => new KeyValuePair<string, RpcValue>(m.Key, m.Value.ToRpc())));
            default:
                return RpcValue.Nil;
        }
    }

    /// <exception cref="RemoteException">XML-RPC, or Python's side of it, has no such value; told in the original's words.</exception>
    public static XmlRpcValue ToXmlRpc(this RpcValue value)
    {
        switch (value.Kind)
        {
            case RpcKind.Boolean:
                return value.TryGetBoolean(out var flag) && flag;
            case RpcKind.Integer:
                value.TryGetInt64(out var number);
                return number is >= int.MinValue and <= int.MaxValue ? number : throw new RemoteException("OverflowError", "int exceeds XML-RPC limits");
            case RpcKind.Unsigned:
                throw new RemoteException("OverflowError", "int exceeds XML-RPC limits");
            case RpcKind.Float:
                value.TryGetDouble(out var real);
                return real;
            case RpcKind.String:
                value.TryGetString(out var text);
                return text!;
            case RpcKind.Binary:
                return XmlRpcValue.Base64(value.Bytes.ToArray());
            case RpcKind.Array:
                return XmlRpcValue.Array(Convert(value.Items, ToXmlRpc));
            case RpcKind.Map:
                return XmlRpcValue.Struct(Convert(value.Members, m => new KeyValuePair<string, XmlRpcValue>(m.Key, m.Value.ToXmlRpc())));
            default:
                throw new RemoteException("TypeError", "cannot marshal None unless allow_none is enabled");
        }
    }

    private static TTo[] Convert<TFrom, TTo>(IReadOnlyList<TFrom> items, Func<TFrom, TTo> convert)
    {
        var result = new TTo[items.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = convert(items[i]);
        return result;
    }
}
