using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

/// <summary>From XML-RPC values to the types of this library.</summary>
internal static class ResultReading
{
    public static ProcessInfo ToProcessInfo(this XmlRpcValue value)
    {
        var stateName = value.Text("statename", "");
        var state = (ProcessState)value.Number("state", (long)ProcessStateExtensions.FromName(stateName));
        return new ProcessInfo
        {
            Name = value.Text("name"),
            Group = value.Text("group"),
            State = Enum.IsDefined(state) ? state : ProcessState.Unknown,
            StateName = stateName.Length > 0 ? stateName : state.ToName(),
            Start = value.Number("start", 0),
            Stop = value.Number("stop", 0),
            Now = value.Number("now", 0),
            Pid = value.Number("pid", 0),
            ExitStatus = value.Number("exitstatus", 0),
            SpawnError = value.Text("spawnerr", ""),
            Description = value.Text("description", ""),
            LogFile = value.Text("logfile", ""),
            StdoutLogFile = value.Text("stdout_logfile", ""),
            StderrLogFile = value.Text("stderr_logfile", ""),
        };
    }

    public static ProcessStatus ToProcessStatus(this XmlRpcValue value) =>
        new(value.Text("name"), value.Text("group"), (int)value.Number("status", null), value.Text("description", ""));

    public static ProgramConfig ToProgramConfig(this XmlRpcValue value) =>
        new(value.Text("name"), value.Text("group"), value.Flag("inuse"), value.Flag("autostart"), value);

    public static ConfigChanges ToConfigChanges(this XmlRpcValue value)
    {
        // One more array around the three than needed: [[added, changed, removed]].
        var lists = value.Items is [var only] ? only.Items : [];
        return lists.Count == 3
            ? new ConfigChanges(lists[0].ToTexts(), lists[1].ToTexts(), lists[2].ToTexts())
            : throw new FormatException("not three lists of groups");
    }

    public static LogTail ToLogTail(this XmlRpcValue value) =>
        value.Items is [var text, var offset, var overflow] && offset.TryGetInt64(out var end) && overflow.TryGetBoolean(out var more)
            ? new LogTail(text.ToText(), end, more)
            : throw new FormatException("not a text, an offset and a flag");

    public static IReadOnlyList<T> ToList<T>(this XmlRpcValue value, Func<XmlRpcValue, T> read) =>
        value.Kind == XmlRpcKind.Array ? [.. value.Items.Select(read)] : throw new FormatException("not an array");

    public static IReadOnlyList<string> ToTexts(this XmlRpcValue value) => value.ToList(ToText);

    public static string ToText(this XmlRpcValue value) => value.TryGetString(out var text) ? text : throw new FormatException("not a string");

    public static long ToNumber(this XmlRpcValue value) => value.TryGetInt64(out var number) ? number : throw new FormatException("not an integer");

    public static SupervisordFaultException? TryReadFault(this XmlRpcValue value) =>
        value.Kind == XmlRpcKind.Struct
        && value.TryGetMember("faultCode", out var code) && code.TryGetInt64(out var number)
        && value.TryGetMember("faultString", out var text) && text.TryGetString(out var str)
            ? new SupervisordFaultException((int)number, str)
            : null;

    private static bool Flag(this XmlRpcValue value, string name) =>
        value.TryGetMember(name, out var member) && member.TryGetBoolean(out var flag) && flag;

    private static string Text(this XmlRpcValue value, string name, string? otherwise = null) =>
        value.TryGetMember(name, out var member) && member.TryGetString(out var text) ? text
        : otherwise ?? throw new FormatException($"no text '{name}' in a struct");

    private static long Number(this XmlRpcValue value, string name, long? otherwise) =>
        value.TryGetMember(name, out var member) && member.TryGetInt64(out var number) ? number
        : otherwise ?? throw new FormatException($"no number '{name}' in a struct");
}
