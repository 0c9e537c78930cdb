using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Access;

namespace Multivisor.Server.Logs;

/// <summary>
/// The logs of one merged stream: those that match at its beginning and those that come later, each read by itself. One that has ended, or
/// whose supervisor was lost, goes on where it was when it is there again.
/// </summary>
internal sealed class MergedMembers(MergedRequest wanted, FleetView fleet, MergedTurns turns, TimeProvider time, CancellationToken ended)
{
    /// <summary>Processes come in crowds; a crowd costs one look.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);

    /// <summary>Begins to read what is not being read.</summary>
    public void Join(IEnumerable<MergedLog> logs)
    {
        foreach (var log in logs)
        {
            if (!_members.TryGetValue(log.Key, out var member))
            {
                if (_members.Count == MergedRequest.MaxLogs)
                    continue;
                _members[log.Key] = member = new Member(wanted.StartOf(log));
            }

            if (member.Reading.IsCompleted)
                member.Reading = ReadAsync(log, member);
        }
    }

    /// <summary>Takes in what comes to the fleet, until the stream ends.</summary>
    public async Task WatchAsync(FeedSubscription changes)
    {
        var items = new List<FeedItem>();
        while (await changes.WaitAsync(ended))
        {
            changes.TryTake(items);
            var concerns = false;
            foreach (var item in items)
                concerns |= Concerns(item.Change);
            items.Clear();
            if (concerns)
                Join(wanted.Select(fleet, out _));
            await Task.Delay(Pause, time, ended);
        }
    }

    /// <summary>Completes when nothing is read any more.</summary>
    public Task EndAsync() => Task.WhenAll(_members.Values.Select(member => member.Reading));

    /// <summary>Whether it may bring a log that is not being read. Changes of all the others pass without a look at the fleet.</summary>
    private bool Concerns(FleetChange change)
    {
        switch (change)
        {
            case FleetChange.ProcessChanged { Process.Uid: var uid }:
                var isMember = false;
                foreach (var stream in (string[])["out", "err"])
                {
                    if (!_members.TryGetValue($"{uid}|{stream}", out var member))
                        continue;
                    isMember = true;
                    if (member.Reading.IsCompleted)
                        return true;
                }

                return !isMember && _others.Add(uid);
            case FleetChange.SupervisorChanged or FleetChange.Resync:
                _others.Clear();
                return true;
            default:
                return false;
        }
    }

    /// <summary>One log; it never throws for what goes wrong with it: that is the end of it and not of the others.</summary>
    private async Task ReadAsync(MergedLog log, Member member)
    {
        var frame = new LogFrame(log.Uid, log.Stream);
        var writer = new LogWriter(frame);
        string reason;
        try
        {
            try
            {
                await using var viewer = fleet.OpenLog(log.Supervisor, log.Target, member.Start);
                LogEvent happened;
                while ((happened = await viewer.NextAsync(ended)) is not LogEvent.Ended)
                {
                    if (writer.Write(happened) is not { } bytes)
                        continue;
                    await turns.TellAsync(bytes, ended);
                    member.Start = LogStart.At(writer.Position);
                    member.IsTold = false;
                }

                reason = ((LogEvent.Ended)happened).Reason;
            }
            catch (Exception e) when (LogLookup.Answer(e) is not null)
            {
                reason = e.Message;
            }

            // Once, however often it is tried in vain afterwards.
            if (!member.IsTold)
                await turns.TellAsync(frame.Ended(reason), ended);
            member.IsTold = true;
        }
        catch (OperationCanceledException)
        {
            // The stream has ended.
        }
    }

    private sealed class Member(LogStart start)
    {
        public LogStart Start { get; set; } = start;

        /// <summary>Its end was told, and nothing since.</summary>
        public bool IsTold { get; set; }

        public Task Reading { get; set; } = Task.CompletedTask;
    }
}
