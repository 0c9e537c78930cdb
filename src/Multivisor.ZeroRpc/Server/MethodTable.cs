using System.Collections.Frozen;

namespace Multivisor.ZeroRpc.Server;

/// <summary>The methods of a service with the built-in ones (zerorpc.md section 4), as they were when the server started.</summary>
internal sealed class MethodTable
{
    private readonly string _serviceName;
    private readonly KeyValuePair<string, ZeroRpcService.Entry>[] _own;
    private readonly FrozenDictionary<string, ZeroRpcService.Entry> _methods;

    public MethodTable(ZeroRpcService service)
    {
        _serviceName = service.Name;
        _own = [.. service.Entries];
        var methods = _own.ToDictionary(StringComparer.Ordinal);
        AddBuiltIns(methods);
        _methods = methods.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public ZeroRpcService.Entry? Find(string method) => _methods.GetValueOrDefault(method);

    private void AddBuiltIns(Dictionary<string, ZeroRpcService.Entry> methods)
    {
        Add("_zerorpc_ping", 0, _ => RpcValue.Array("pong", _serviceName));
        Add("_zerorpc_name", 0, _ => _serviceName);
        Add("_zerorpc_list", 0, _ => RpcValue.Array([.. _own.Select(entry => (RpcValue)entry.Key)]));
        Add("_zerorpc_help", 1, arguments => Own(arguments[0]).Documentation);
        // Signatures are not kept; nil is what the original answers for a method whose signature it cannot tell.
        Add("_zerorpc_args", 1, arguments =>
        {
            Own(arguments[0]);
            return RpcValue.Nil;
        });
        Add("_zerorpc_inspect", 0, _ => Inspect());

        void Add(string name, int count, Func<IReadOnlyList<RpcValue>, RpcValue> answer) =>
            methods[name] = new ZeroRpcService.Entry(
                (arguments, _) => arguments.Count == count
                    ? ValueTask.FromResult(answer(arguments))
                    : throw new RemoteException("TypeError", $"{name}() takes {count} arguments, {arguments.Count} given"),
                null,
                null);
    }

    private ZeroRpcService.Entry Own(RpcValue name) =>
        name.TryGetString(out var text) && _own.FirstOrDefault(entry => entry.Key == text).Value is { } method
            ? method
            : throw new RemoteException("KeyError", text ?? name.ToString());

    private RpcValue Inspect() => RpcValue.Map(
        new("name", _serviceName),
        new("methods", RpcValue.Map([.. _own.Select(entry => new KeyValuePair<string, RpcValue>(
            entry.Key,
            RpcValue.Map(new("args", RpcValue.Nil), new("doc", entry.Value.Documentation))))])));
}
