using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Model;

namespace Multivisor.Server.State;

/// <summary>
/// The JSON of one supervisor, put together from the bytes of its processes whenever somebody reads it. Kept is only what is around them:
/// a thousand supervisors would otherwise be in memory twice, and a change of one process would make fifty anew.
/// </summary>
internal static class SupervisorBytes
{
    /// <summary>No text can hold these octets: quotation marks in it are escaped.</summary>
    private static ReadOnlySpan<byte> Empty => "\"processes\":{}"u8;

    public static long LengthOf(SupervisorSnapshot supervisor)
    {
        long length = Around(supervisor).Length;
        return supervisor.IsRunning ? length + supervisor.Processes.LengthOf(MembersLength) : length;
    }

    public static void Write(SupervisorSnapshot supervisor, ref BlockWriter output)
    {
        var around = Around(supervisor).Span;
        if (!supervisor.IsRunning)
        {
            output.Write(around);
            return;
        }

        var middle = around.IndexOf(Empty) + Empty.Length - 1;
        output.Write(around[..middle]);
        var processes = supervisor.Processes;
        var order = processes.ByName;
        var members = default(Members);
        for (var first = 0; first < order.Length; first += Members.Capacity)
        {
            // Found in a loop of their own, they are fetched from memory side by side; copying in between would wait for each.
            var count = Math.Min(Members.Capacity, order.Length - first);
            for (var i = 0; i < count; i++)
                members[i] = ProcessBytes.MemberOf(processes.All[order[first + i]]);
            for (var i = 0; i < count; i++)
            {
                if (first + i > 0)
                    output.Write(","u8);
                output.Write(members[i].Span);
            }
        }

        output.Write(around[middle..]);
    }

    public static ReadOnlyMemory<byte> Of(SupervisorSnapshot supervisor)
    {
        var buffer = new ArrayBufferWriter<byte>((int)LengthOf(supervisor));
        var output = new BlockWriter(buffer);
        Write(supervisor, ref output);
        output.Commit();
        return buffer.WrittenMemory;
    }

    [InlineArray(Capacity)]
    private struct Members
    {
        public const int Capacity = 32;

        private ReadOnlyMemory<byte> _first;
    }

    private static long MembersLength(ProcessTable processes)
    {
        long length = Math.Max(0, processes.All.Count - 1);
        foreach (var process in processes.All)
            length += ProcessBytes.MemberOf(process).Length;
        return length;
    }

    /// <summary>Of a connected supervisor: all but its processes. Of another: everything, for nothing in it changes.</summary>
    private static ReadOnlyMemory<byte> Around(SupervisorSnapshot supervisor) => supervisor.Serialized.GetOrMake(
        supervisor,
        static s => JsonSerializer.SerializeToUtf8Bytes(
            JsonShapes.Of(s.IsRunning ? s with { Processes = ProcessTable.Empty } : s), ContractJson.Wire.SupervisorJson));
}
