namespace Multivisor.ZeroRpc.Server;

/// <summary>The arguments of ERR: name, message, traceback, always three texts (python's client breaks on other counts).</summary>
internal static class Errors
{
    public static RpcValue Describe(Exception failure) => failure is RemoteException chosen
        ? Describe(chosen.Name, chosen.Message, chosen.Traceback)
        : Describe(failure.GetType().Name, failure.Message, "");

    public static RpcValue Describe(string name, string message, string traceback = "") => RpcValue.Array(name, message, traceback);
}
