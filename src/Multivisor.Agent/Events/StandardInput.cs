using System.IO.Pipelines;

namespace Multivisor.Agent.Events;

/// <summary>Makes a blocking stream readable without blocking the thread pool: one thread of its own reads it.</summary>
/// <remarks>
/// Standard input has no asynchronous reads, and a thread of the pool that blocks for ever is missed: on one processor it would be
/// the only one.
/// </remarks>
internal static class StandardInput
{
    public static PipeReader Start(Stream input)
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        new Thread(() => Pump(input, pipe.Writer), maxStackSize: 128 * 1024) { IsBackground = true, Name = "standard input" }.Start();
        return pipe.Reader;
    }

    private static void Pump(Stream input, PipeWriter writer)
    {
        try
        {
            while (input.Read(writer.GetSpan(4096)) is > 0 and var count)
            {
                writer.Advance(count);
                // Waits only when the reader is far behind; this thread has nothing else to do.
                if (writer.FlushAsync().AsTask().GetAwaiter().GetResult().IsCompleted)
                    return;
            }
        }
        catch (IOException)
        {
            // Broken is as good as ended.
        }

        writer.Complete();
    }
}
