namespace Multivisor.Fuzz.Targets;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new ZmtpTarget(), new MsgpackTarget(), new ZeroRpcTarget(), new XmlRpcTarget(), new ListenerTarget(), new ConfigTarget(), new LogTextTarget(),
    ];

    public static IFuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
