using System.Runtime.CompilerServices;
using Multivisor.Fleet.Logs;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>Logs as our agent reads them, beside the files. What it cannot read itself is asked of supervisord through it.</summary>
internal sealed class AgentLogSource(ZeroRpcClient client, string address, ILogSource fallback) : ILogSource
{
    /// <summary>Where the other end does not search itself.</summary>
    private const long SearchLength = 16 * 1024 * 1024;

    public async IAsyncEnumerable<LogEvent> FollowAsync(
        LogTarget target, LogStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("n");
        await using var reader = Stream("log_follow", target, Options(start, id), cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var end = new Stop(client, id);
        bool any;
        try
        {
            any = await reader.MoveNextAsync();
        }
        catch (LogUnreadableException)
        {
            any = false;
        }

        if (!any)
        {
            await foreach (var happened in fallback.FollowAsync(target, start, cancellationToken))
                yield return happened;
            yield break;
        }

        do
        {
            yield return Event(reader.Current);
        }
        while (await reader.MoveNextAsync());
    }

    public async Task<LogExtract> ReadAsync(LogTarget target, LogRange range, CancellationToken cancellationToken)
    {
        var items = Stream("log_read", target, Options(range), cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            if (!await items.MoveNextAsync())
                throw Unexpected("log_read");
            var head = items.Current;
            return new LogExtract(
                AgentWire.Member(head, "name"), AgentWire.Member(head, "file"), Number(head, "from"), Number(head, "to"), Number(head, "oldest"),
                Number(head, "end"), Octets(items));
        }
        catch (LogUnreadableException)
        {
            await items.DisposeAsync();
            return await fallback.ReadAsync(target, range, cancellationToken);
        }
        catch
        {
            await items.DisposeAsync();
            throw;
        }
    }

    public async Task<LogSearchResult> SearchAsync(LogTarget target, LogSearchQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var lines = new List<LogLine>();
            await foreach (var item in Stream("log_search", target, Options(query), cancellationToken))
            {
                if (AgentWire.Member(item, "item") == "line")
                    lines.Add(new LogLine(Number(item, "offset"), Bytes(item, "data"), item.TryGetMember("match", out var m) && m.TryGetBoolean(out var match) && match));
                else
                    return Result(lines, item);
            }

            throw Unexpected("log_search");
        }
        catch (LogUnreadableException)
        {
            return await fallback.SearchAsync(target, query, cancellationToken);
        }
        catch (LinkException e) when (e.InnerException is RemoteException { Name: "NameError" })
        {
            // A plug-in has more important things to do than to search.
            return await ExtractSearch.RunAsync(
                range => ReadAsync(target, range, cancellationToken), query, SearchLength, "a plug-in in supervisord does not search", cancellationToken);
        }
    }

    private static LogSearchResult Result(List<LogLine> lines, RpcValue end) => new(
        lines, Number(end, "matches"), AgentWire.Member(end, "file"), Number(end, "from"), Number(end, "to"), Number(end, "oldest"), Number(end, "end"),
        AgentWire.Member(end, "reason"));

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Octets(IAsyncEnumerator<RpcValue> items)
    {
        await using (items)
        {
            while (await items.MoveNextAsync())
                yield return Bytes(items.Current, "data");
        }
    }

    private LogEvent Event(RpcValue item) => AgentWire.Member(item, "item") switch
    {
        "data" => new LogEvent.Data(Number(item, "offset"), Bytes(item, "data")),
        "file" => new LogEvent.Moved(
            Enum.TryParse<LogMove>(AgentWire.Member(item, "reason"), ignoreCase: true, out var reason) ? reason : LogMove.Rotated,
            AgentWire.Member(item, "file"),
            Number(item, "offset"),
            Bytes(item, "before"),
            item.TryGetMember("lost", out var lost) && lost.TryGetInt64(out var count) ? count : null),
        "end" => new LogEvent.Ended(AgentWire.Member(item, "reason")),
        _ => throw Unexpected("log_follow"),
    };

    private async IAsyncEnumerable<RpcValue> Stream(
        string method, LogTarget target, RpcValue options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var items = client.StreamAsync(method, [target.Namespec, Name(target.Channel), options], cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
            }
            catch (RemoteException refused) when (refused.Name is "NoLogFile" or "LogGone")
            {
                throw new LogAbsentException(refused.Message, refused);
            }
            catch (RemoteException refused) when (refused.Name == "LogUnreadable")
            {
                throw new LogUnreadableException(refused.Message, refused);
            }
            catch (RemoteException refused) when (refused.Name == "ValueError")
            {
                throw new LogRequestException(refused.Message, refused);
            }
            catch (Exception e) when (AgentErrors.Translate(e, address) is { } translated)
            {
                throw translated;
            }

            yield return items.Current;
        }
    }

    private static RpcValue Options(LogStart start, string id) => start.Position is { } position
        ? RpcValue.Map(
            new("id", id), new("file", position.File), new("offset", position.Offset), new("check", position.Check is { } check ? check : RpcValue.Nil))
        : RpcValue.Map(new("id", id), new("bytes", start.Octets), new("lines", start.Lines));

    private static RpcValue Options(LogRange range) => RpcValue.Map([.. Members(range)]);

    private static RpcValue Options(LogSearchQuery query) => RpcValue.Map(
    [
        .. Members(query.Range),
        new("text", query.Text), new("regex", query.IsRegex), new("case", query.MatchCase), new("before", query.Before), new("after", query.After),
        new("max_matches", query.MaxMatches),
    ]);

    private static IEnumerable<KeyValuePair<string, RpcValue>> Members(LogRange range)
    {
        if (range.File is { Length: > 0 } file)
            yield return new("file", file);
        if (range.From is { } from)
            yield return new("from", from);
        if (range.To is { } to)
            yield return new("to", to);
        if (range.Length is { } length)
            yield return new("length", length);
    }

    private static string Name(LogChannel channel) => channel switch
    {
        LogChannel.Stdout => "stdout",
        LogChannel.Stderr => "stderr",
        _ => "main",
    };

    private static long Number(RpcValue item, string key) => item.TryGetMember(key, out var value) ? AgentWire.Integer(value) : 0;

    private static ReadOnlyMemory<byte> Bytes(RpcValue item, string key) => item.TryGetMember(key, out var value) ? value.Bytes : default;

    /// <summary>
    /// zerorpc has no word for leaving a stream; an agent would notice by heartbeats, after 15 s. Whoever is told at once need not look at
    /// a file for nobody.
    /// </summary>
    private sealed class Stop(ZeroRpcClient client, string id) : IAsyncDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

        public ValueTask DisposeAsync()
        {
            _ = TellAsync();
            return ValueTask.CompletedTask;
        }

        private async Task TellAsync()
        {
            try
            {
                await client.CallAsync("log_stop", [id], Limit);
            }
            catch (Exception e) when (e is RemoteException or LostRemoteException or TimeoutException)
            {
                // Then it is found by its heartbeats.
            }
        }
    }

    private LinkException Unexpected(string method) => new($"{address}: the answer to {method} is not what multivisor-rpc sends; are both of one version?");
}
