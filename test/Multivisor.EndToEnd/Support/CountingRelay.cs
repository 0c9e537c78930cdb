using System.Net.Sockets;
using System.Text;

namespace Multivisor.EndToEnd.Support;

/// <summary>Stands before a supervisord's HTTP port and counts how often it is asked for logs.</summary>
internal sealed class CountingRelay(int target) : Relay(target)
{
    /// <summary>Names of what reads a log, each once in a request for it.</summary>
    private static readonly byte[][] Questions = [.. new[] { ".tailProcess", ".readProcess", " /logtail/" }.Select(Encoding.ASCII.GetBytes)];

    private long _count;

    public long Count => Interlocked.Read(ref _count);

    protected override async Task ServeAsync(TcpClient outside)
    {
        using var inside = await ConnectAsync();
        await using var asking = outside.GetStream();
        await using var answering = inside.GetStream();
        await Task.WhenAny(CountAsync(asking, answering), answering.CopyToAsync(asking, Stopping));
    }

    private async Task CountAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        // A name that is cut between two pieces is found with what was before.
        var kept = 0;
        while (await from.ReadAsync(buffer.AsMemory(kept), Stopping) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(kept, read), Stopping);
            var piece = buffer.AsSpan(0, kept + read);
            foreach (var question in Questions)
            {
                for (var at = 0; piece[at..].IndexOf(question) is >= 0 and var found; at += found + 1)
                {
                    // What lies in the kept part alone was counted before.
                    if (at + found + question.Length > kept)
                        Interlocked.Increment(ref _count);
                }
            }

            var tail = Math.Min(piece.Length, Questions.Max(q => q.Length) - 1);
            piece[^tail..].CopyTo(buffer);
            kept = tail;
        }
    }
}
