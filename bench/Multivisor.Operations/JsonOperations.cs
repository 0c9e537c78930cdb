using System.Buffers;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
using Multivisor.Server.EventStream;
using Multivisor.Server.State;

namespace Multivisor.Operations;

/// <summary>From the model to the octets of answers.</summary>
internal static class JsonOperations
{
    public static IEnumerable<Operation> All
    {
        get
        {
            var info = Samples.Process(7);
            yield return new("json: the frame of a change, made once for all clients", () => StreamFrame.Make(
                1_795_454_888_000_001, new FleetChange.ProcessChanged(new ProcessSnapshot("lid001", "lid001", info))));
            var supervisor = new SupervisorSnapshot
            {
                Name = "lid001",
                Url = "lid001:9002",
                Host = "lid001",
                IsRunning = true,
                Processes = ProcessTable.From("lid001", "lid001", Samples.Processes(50)),
                Link = new LinkStatus(LinkState.Connected, DateTimeOffset.UnixEpoch) { Address = "lid001:9002" },
            };
            var output = new ArrayBufferWriter<byte>(64 * 1024);
            yield return new("json: a supervisor with 50 processes into /api/data", () =>
            {
                output.ResetWrittenCount();
                var writer = new BlockWriter(output);
                SupervisorBytes.Write(supervisor, ref writer);
                writer.Commit();
            });
        }
    }
}
