using System.Runtime.CompilerServices;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>
/// Follows supervisord's own log by <c>/mainlogtail</c>: each line above DEBG says that something happened, and it is time to look. It costs
/// nothing while nothing happens, so hosts that are seldom asked are still seen to change within about a second. Without such a log
/// (<c>logfile=NONE</c>, or not readable) there are no hints, and periodic looks must do.
/// </summary>
/// <remarks>
/// What a line says is not believed: at <c>loglevel=debug</c> programs may write anything there. It only asks for a look.
/// </remarks>
internal sealed class MainLogWatch(SupervisordClient client, TimeProvider time)
{
    /// <summary>Before a stream that has ended is opened again, doubled each time that nothing came of it.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>Never ends by itself: a log that cannot be followed is no reason to lose the host.</summary>
    public async IAsyncEnumerable<LinkChange> HintsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            var lines = new MainLogLines();
            await using var parts = client.StreamLogAsync(null, isStderr: false, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var isFirst = true;
            while (await NextAsync(parts))
            {
                pause = FirstPause;
                // The first part is what was there already.
                if (lines.Take(parts.Current.Octets.Span) && !isFirst)
                    yield return new LinkChange.Unknown("supervisord's log has grown");
                isFirst = isFirst && parts.Current.Left > 0;
            }

            // A stream that breaks may be the first sign that supervisord is gone.
            if (!isFirst)
                yield return new LinkChange.Unknown("the stream of supervisord's log has ended");
            await Task.Delay(pause, time, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<LogStreamPart> parts)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (Exception e) when (e is SupervisordException or ObjectDisposedException or LinkException)
        {
            return false;
        }
    }
}
