using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;
using Multivisor.Fleet.Operations;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Audit;

/// <summary>Tells every sign-in, refusal and action, in the log and in the audit file when there is one.</summary>
internal sealed partial class AuditTrail(TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    /// <summary>More targets are counted and not listed: "select all" names tens of thousands.</summary>
    private const int MostTargets = 200;

    private static readonly string[] TargetFields = ["supervisor", "group", "uid", "signal", "dry_run"];

    private readonly ILogger _logger = loggers.CreateLogger("multivisor.audit");
    private readonly AuditFlood _strangers = new(time);
    private readonly AuditFlood _users = new(time);
    private readonly Lock _gate = new();
    private readonly HashSet<AuditEntry> _running = new(ReferenceEqualityComparer.Instance);
    private AuditFile? _file;
    private bool _isFailing;

    /// <summary>From now on entries go to this file; null for none. The old one stays in use when it cannot be opened.</summary>
    public bool TryUse(string? path, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        lock (_gate)
        {
            var old = _file;
            try
            {
                _file = path is null ? null : AuditFile.Open(path, path == old?.Path ? old.Head : null);
                old?.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problem = $"audit_log: {path} cannot be written: {e.Message} (name a file that this user may write)";
            }
        }

        return problem is null;
    }

    /// <param name="name">Whom it was tried for, if there is somebody of that name.</param>
    /// <param name="by">Who says that it is him; null for himself, with a password.</param>
    /// <param name="detail">Why it was refused, where that is not plain.</param>
    /// <returns>False when there were too many refusals lately to write down this one.</returns>
    public bool SignIn(HttpContext context, string? name, string result, string? by = null, string? detail = null)
    {
        var isWritten = result == "done" || Passes(context);
        if (isWritten)
            Write(new AuditEntry("sign-in") { Who = name ?? "unknown", By = by, From = ClientAddress.TextOf(context), Result = result, Detail = detail });
        return isWritten;
    }

    public void SignOut(HttpContext context) => Write(Entry("sign-out", context) with { Result = "done" });

    public void Refusal(HttpContext context, int status, string reason)
    {
        if (Passes(context))
            Write(Entry("refusal", context) with { What = What(context), Result = $"{status}", Detail = reason });
    }

    /// <summary>An action is about to be carried out.</summary>
    public void Asked(HttpContext context) => Write(Entry("action", context) with { What = What(context), Result = "asked" });

    /// <summary>Follows an action to its end, whoever looks on, and writes down what became of each target.</summary>
    /// <returns>The same report, when it is written.</returns>
    public async Task<OperationReport> FollowAsync(HttpContext context, Task<OperationReport> action)
    {
        context.Features.Set(new Told());
        // Now: the request may be over before the action is.
        var entry = Entry("result", context) with { What = What(context), Detail = Asked(context.Request) };
        lock (_gate)
            _running.Add(entry);
        try
        {
            var report = await action;
            WriteEnd(entry, entry with
            {
                Targets = [.. report.Results.Take(MostTargets).Select(r => (r.Target, Name(r.Outcome)))],
                TargetCount = report.Results.Count,
                Result = $"{report.Count(OperationOutcome.Done)} done, {report.Count(OperationOutcome.Failed)} failed, {report.Count(OperationOutcome.Skipped)} skipped",
            });
            return report;
        }
        catch (Exception e)
        {
            WriteEnd(entry, entry with { Result = $"not known: {e.Message}" });
            throw;
        }
    }

    /// <summary>An action is over; what became of it was told already, or only its answer is known.</summary>
    public void End(HttpContext context)
    {
        if (context.Features.Get<Told>() is not null)
            return;
        context.Features.Set(new Told());
        Write(Entry("result", context) with { What = What(context), Result = $"answered {context.Response.StatusCode}", Detail = Asked(context.Request) });
    }

    /// <summary>The server stops: what became of the actions that are on their way will not be known here.</summary>
    public void Close()
    {
        AuditEntry[] running;
        lock (_gate)
        {
            running = [.. _running];
            _running.Clear();
        }

        foreach (var entry in running)
            Write(entry with { Result = "not known: the server stopped" });
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            // An action that goes on longer than the server still has something to tell.
            _file = null;
        }
    }

    private void WriteEnd(AuditEntry running, AuditEntry end)
    {
        bool isExpected;
        lock (_gate)
            isExpected = _running.Remove(running);
        if (isExpected)
            Write(end);
    }

    private static AuditEntry Entry(string kind, HttpContext context)
    {
        var caller = context.Features.Get<Caller>() ?? Caller.Anonymous;
        return new AuditEntry(kind)
        {
            Who = caller.Name,
            By = caller.Kind.ToString().ToLowerInvariant(),
            From = ClientAddress.TextOf(context),
        };
    }

    private static string What(HttpContext context) => $"{context.Request.Method} {Cut(context.Request.Path.Value ?? "", 200)}";

    /// <summary>What the form names as targets, if it has been read. Other fields are nobody's business: they may hold anything.</summary>
    private static string? Asked(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IFormFeature>()?.Form is not { Count: > 0 } form)
            return null;
        var asked = string.Join("; ", TargetFields.Where(form.ContainsKey).Select(field => $"{field}={form[field]}"));
        return asked.Length > 0 ? Cut(asked) : null;
    }

    private static string Cut(string text, int most = 2000) => text.Length > most ? $"{text[..most]}…" : text;

    private static string Name(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Done => "done",
        OperationOutcome.Failed => "failed",
        _ => "skipped",
    };

    /// <summary>Nobody must be able to fill a disk with refusals, and strangers not to hide those of users in a flood of theirs.</summary>
    private bool Passes(HttpContext context)
    {
        var isKnown = context.Features.Get<Caller>() is { IsKnown: true, Kind: not CallerKind.Everybody };
        var passes = (isKnown ? _users : _strangers).Passes(out var dropped);
        if (dropped > 0)
            Write(new AuditEntry("refusal") { Result = $"{dropped} more were not written down" });
        return passes;
    }

    private void Write(AuditEntry entry)
    {
        LogEntry(entry.Kind, entry.ToLine());
        lock (_gate)
        {
            try
            {
                _file?.Append(entry, time.GetUtcNow());
                _isFailing = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Once, and not for each entry: it is in the log above all the same.
                if (!_isFailing)
                    LogNotWritten(_file!.Path, e.Message);
                _isFailing = true;
            }
        }
    }

    [LoggerMessage(70, LogLevel.Information, "{Kind} {Entry}")]
    private partial void LogEntry(string kind, string entry);

    [LoggerMessage(71, LogLevel.Error, "the audit log {Path} cannot be written, entries are missing from now on: {Error}")]
    private partial void LogNotWritten(string path, string error);

    private sealed record Told;
}
