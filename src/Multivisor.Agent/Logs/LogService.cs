using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Multivisor.Agent.Calls;
using Multivisor.Supervisord.Logs;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Logs;

/// <summary>
/// The three methods that read logs where they lie: <c>log_follow</c>, <c>log_read</c> and <c>log_search</c>, all with the arguments
/// <c>name, channel, options</c>. They stream, so that a reader who takes nothing costs nothing but an open file.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and the service lives as long as the program.")]
internal sealed class LogService(SupervisordCalls calls, AgentLog log, TimeProvider time)
{
    /// <summary>What the agent announces when it offers this.</summary>
    public const string Feature = "logs";

    /// <summary>As many as one merged view shows, and some more. A look costs two questions to the file system.</summary>
    private const int MaxFollowers = 256;
    private const int MaxReaders = 4;
    private const long SearchLength = 64 * 1024 * 1024;
    private const long MaxSearchLength = 1024 * 1024 * 1024;

    /// <summary>So that somebody who looks has new octets within 50 ms.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    /// <summary>supervisord may be told to write to another file.</summary>
    private static readonly TimeSpan PlaceLook = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PlaceLookWithoutFile = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(10);

    private readonly LogPlaces _places = new(calls);
    private readonly SemaphoreSlim _readers = new(MaxReaders);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);
    private int _followers;

    /// <summary>The file system is asked by a call that Linux alone has.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    public void AddTo(ZeroRpcService service)
    {
        if (!IsSupported)
            return;
        service.Add("log_follow", FollowAsync, "log_follow(name, channel, options): a log as it grows; see docs/logs.md");
        service.Add("log_stop", Stop, "log_stop(id): ends the log_follow whose options have that id.");
        service.Add("log_read", ReadAsync, "log_read(name, channel, options): a part of a log; see docs/logs.md");
        service.Add("log_search", SearchAsync, "log_search(name, channel, options): lines of a log; see docs/logs.md");
    }

    private async IAsyncEnumerable<RpcValue> FollowAsync(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = LogRequest.Parse("log_follow", arguments);
        if (Interlocked.Increment(ref _followers) > MaxFollowers)
        {
            Interlocked.Decrement(ref _followers);
            throw new RemoteException("OverloadError", $"log_follow: {MaxFollowers} logs are being followed already");
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = stopping.Token;
        if (request.Id.Length > 0)
            _running.TryAdd(request.Id, stopping);
        try
        {
            var path = await _places.FindAsync(request.Name, request.Channel, stop);
            CheckReadable(path);
            log.Debug("logs", $"{path} is followed");
            using var cursor = new LogCursor(new LogFamily(path), request.MaxLag);
            yield return LogItem.Of(cursor.Begin(request.Start));
            var placeLookedAt = time.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                var step = cursor.Next();
                if (step is not LogStep.Nothing)
                {
                    yield return LogItem.Of(step);
                    continue;
                }

                await Task.Delay(Look, time, stop);
                if (time.GetElapsedTime(placeLookedAt) < (cursor.HasFile ? PlaceLook : PlaceLookWithoutFile))
                    continue;
                placeLookedAt = time.GetTimestamp();
                if (await LookAtPlaceAsync(cursor, request, stop) is { } end)
                {
                    yield return end;
                    yield break;
                }
            }
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(request.Id, stopping));
            Interlocked.Decrement(ref _followers);
        }
    }

    private ValueTask<RpcValue> Stop(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        if (arguments is not [var id] || !id.TryGetString(out var text))
            throw new RemoteException("TypeError", "log_stop() takes the id of a log_follow");
        var found = _running.TryRemove(text, out var running);
        try
        {
            if (found)
                _ = running!.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }

        return ValueTask.FromResult<RpcValue>(found);
    }

    /// <summary>Goes to where supervisord writes now; tells the end if it writes nowhere any more.</summary>
    private async Task<RpcValue?> LookAtPlaceAsync(LogCursor cursor, LogRequest request, CancellationToken cancellationToken)
    {
        // Where supervisord's own log is does not change while it runs.
        if (request.Channel == LogPlaces.Main)
            return null;
        try
        {
            var path = await _places.FindAsync(request.Name, request.Channel, cancellationToken);
            if (path != cursor.Path)
                cursor.Move(path);
            return null;
        }
        catch (RemoteException refused) when (refused.Name == "NoLogFile" || refused.Message.StartsWith("<Fault 10:", StringComparison.Ordinal))
        {
            return LogItem.End(refused.Name == "NoLogFile" ? refused.Message : $"supervisord no longer has the process {request.Name}");
        }
        catch (RemoteException)
        {
            // supervisord is busy or going down: the file is still there to be read.
            return null;
        }
    }

    private async IAsyncEnumerable<RpcValue> ReadAsync(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = LogRequest.Parse("log_read", arguments);
        var path = await _places.FindAsync(request.Name, request.Channel, cancellationToken);
        using var range = Open(path, request, request.Length);
        yield return LogItem.Of(range, Path.GetFileName(path));
        foreach (var (offset, octets, _) in range.Read())
            yield return LogItem.Of(new LogStep.Data(offset, octets));
    }

    private async IAsyncEnumerable<RpcValue> SearchAsync(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = LogRequest.Parse("log_search", arguments);
        var query = LineQuery.TryCreate(request.Text, request.IsRegex, request.MatchCase, out var problem) ?? throw new RemoteException("ValueError", problem);
        var path = await _places.FindAsync(request.Name, request.Channel, cancellationToken);
        await _readers.WaitAsync(cancellationToken);
        try
        {
            using var range = Open(path, request, request.From is null ? Math.Clamp(request.Length ?? SearchLength, 0, MaxSearchLength) : request.Length);
            var search = new LineSearch(query, request.Before, request.After, request.MaxMatches);
            var (searched, why) = Search(range, search, cancellationToken);
            foreach (var line in search.Found)
                yield return LogItem.Of(line);
            yield return LogItem.SearchEnd(range, searched, search.Matches, why);
        }
        finally
        {
            _readers.Release();
        }
    }

    private (long Searched, string Why) Search(LogRange range, LineSearch search, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var end = range.From;
        foreach (var (offset, octets, isEndOfFile) in range.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) > SearchLimit || offset - range.From > MaxSearchLength)
                return (end - range.From, $"ended after {SearchLimit.TotalSeconds:0} s or {MaxSearchLength >> 20} MiB");
            try
            {
                search.Add(offset, octets);
                end = offset + octets.Length;
                if (isEndOfFile)
                    search.EndOfFile(end);
            }
            catch (RegexMatchTimeoutException)
            {
                return (end - range.From, "the regular expression takes too long; write it simpler");
            }
        }

        search.EndOfFile(end);
        return (end - range.From, "");
    }

    private static LogRange Open(string path, LogRequest request, long? length)
    {
        CheckReadable(path);
        return LogRange.Open(new LogFamily(path), request.Start.File, request.From, request.To, length)
            ?? throw (request.Start.File is null
                ? new RemoteException("NoLogFile", $"there is no file {path} yet: the process has not been started, or its log was deleted")
                : new RemoteException("LogGone", "the file that the offsets count from is no longer kept"));
    }

    private static void CheckReadable(string path)
    {
        if (FileStat.Of(path) is null)
            return; // not there yet
        using var file = LogFile.TryOpen(path);
        if (file is null)
            throw new RemoteException("LogUnreadable", $"{path} is no regular file, or the user of multivisor-rpc may not read it");
    }
}
