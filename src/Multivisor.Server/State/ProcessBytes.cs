using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Model;
using Multivisor.Server.Http;

namespace Multivisor.Server.State;

/// <summary>
/// The JSON of one process, the octets that <see cref="ProcessJson"/> would be written as. In the whole state it is a member of an object, <c>"uid":{…}</c>;
/// these octets are kept while the process does not change. Events make their own, which live no longer than the event: a fleet in a storm would
/// else carry the JSON of every process that nobody has asked for.
/// </summary>
internal static class ProcessBytes
{
    private static readonly JsonEncodedText Description = JsonScratch.Name("description");
    private static readonly JsonEncodedText ExitStatus = JsonScratch.Name("exitstatus");
    private static readonly JsonEncodedText Expected = JsonScratch.Name("expected");
    private static readonly JsonEncodedText FullName = JsonScratch.Name("full_name");
    private static readonly JsonEncodedText Group = JsonScratch.Name("group");
    private static readonly JsonEncodedText Host = JsonScratch.Name("host");
    private static readonly JsonEncodedText LogFile = JsonScratch.Name("logfile");
    private static readonly JsonEncodedText Name = JsonScratch.Name("name");
    private static readonly JsonEncodedText Now = JsonScratch.Name("now");
    private static readonly JsonEncodedText Pid = JsonScratch.Name("pid");
    private static readonly JsonEncodedText Running = JsonScratch.Name("running");
    private static readonly JsonEncodedText SpawnError = JsonScratch.Name("spawnerr");
    private static readonly JsonEncodedText Start = JsonScratch.Name("start");
    private static readonly JsonEncodedText State = JsonScratch.Name("state");
    private static readonly JsonEncodedText StateName = JsonScratch.Name("statename");
    private static readonly JsonEncodedText StderrLogFile = JsonScratch.Name("stderr_logfile");
    private static readonly JsonEncodedText StdoutLogFile = JsonScratch.Name("stdout_logfile");
    private static readonly JsonEncodedText Stop = JsonScratch.Name("stop");
    private static readonly JsonEncodedText Supervisor = JsonScratch.Name("supervisor");
    private static readonly JsonEncodedText Uid = JsonScratch.Name("uid");

    public static ReadOnlyMemory<byte> MemberOf(ProcessSnapshot process) => process.Serialized.GetOrMake(process, MakeMember);

    /// <summary>Writes the object alone.</summary>
    public static void Write(Utf8JsonWriter json, ProcessSnapshot process)
    {
        var info = process.Info;
        json.WriteStartObject();
        json.WriteString(Description, info.Description);
        json.WriteNumber(ExitStatus, info.ExitStatus);
        if (process.ExitExpected is { } expected)
            json.WriteBoolean(Expected, expected);
        json.WriteString(FullName, process.Namespec);
        json.WriteString(Group, info.Group);
        json.WriteString(Host, process.Host);
        json.WriteString(LogFile, info.LogFile);
        json.WriteString(Name, info.Name);
        json.WriteNumber(Now, info.Now);
        json.WriteNumber(Pid, info.Pid);
        json.WriteBoolean(Running, process.IsRunning);
        json.WriteString(SpawnError, info.SpawnError);
        json.WriteNumber(Start, info.Start);
        json.WriteNumber(State, (int)info.State);
        json.WriteString(StateName, info.StateName);
        json.WriteString(StderrLogFile, info.StderrLogFile);
        json.WriteString(StdoutLogFile, info.StdoutLogFile);
        json.WriteNumber(Stop, info.Stop);
        json.WriteString(Supervisor, process.Supervisor);
        json.WriteString(Uid, process.Uid);
        json.WriteEndObject();
    }

    private static byte[] MakeMember(ProcessSnapshot process)
    {
        var scratch = JsonScratch.Begin();
        scratch.Json.WriteStartObject();
        scratch.Json.WritePropertyName(process.Uid);
        Write(scratch.Json, process);
        scratch.Json.Flush();
        return scratch.End()[1..];
    }
}
