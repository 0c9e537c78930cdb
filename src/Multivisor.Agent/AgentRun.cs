using System.Net.Sockets;
using System.Runtime.InteropServices;
using Multivisor.Agent.Calls;
using Multivisor.Agent.Events;
using Multivisor.Agent.Logs;
using Multivisor.Agent.Wake;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent;

/// <summary>One life of the agent: from its start to its exit code.</summary>
internal sealed class AgentRun(AgentOptions options, Stream input, Stream output, AgentLog log, TimeProvider time)
{
    private const string LogName = "multivisor-rpc";

    /// <summary>Calls under way are not worth more: whoever ends us wants our port free.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>A server ends us with a signalProcess through ourselves; it should still get its answer.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// What is asked of an agent is small, and those who ask are few: whatever strangers send, the host keeps its memory. Answers
    /// (a log) may be large.
    /// </summary>
    private static readonly ZeroRpcOptions Limits = new() { MaxFrameLength = 1024 * 1024, MaxConnections = 128, MaxChannels = 200 };

    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task<int> RunAsync()
    {
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, ExitCode.Terminated));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, ExitCode.Interrupted));
        using var stopping = new CancellationTokenSource();

        var clientOptions = new SupervisordClientOptions { Time = time };
        await using var events = new SupervisordClient(options.Supervisord, clientOptions);
        var subscribers = new Subscribers();
        await using var wakes = new SupervisordClient(options.Supervisord, clientOptions);
        var waker = new Waker(wakes, othersLook: () => !subscribers.IsEmpty, log, time);
        var pipeline = new EventPipeline(new ProcessLooks(events, waker.NoteLook, log, time), subscribers, options.Group, log, time);
        await using var calls = new SupervisordCalls(options.Supervisord, clientOptions, groupsChanged: () =>
        {
            waker.NoteNewGroups();
            pipeline.CheckNow();
        });
        var service = new AgentService(options, calls, subscribers, pipeline, new LogService(calls, log, time), log);

        // Listening comes first: whoever waits for this port must not wait for supervisord too.
        if (!TryLoadSecurity(out var security))
            return ExitCode.Usage;
        if (await ListenAsync(service.Build(MethodNames.Standard), security, stopping.Token) is not { } server)
            return ExitCode.CannotBind;
        log.Info(LogName, $"{AgentService.Version} listens on {server.LocalEndPoint}{Protection(security)}, for supervisord at {options.Supervisord}");

        var intake = new EventIntake(StandardInput.Start(input), output, pipeline, waker, log);
        _ = WatchAsync(intake.RunAsync(stopping.Token));
        _ = WatchAsync(pipeline.RunAsync(stopping.Token));
        _ = WatchAsync(MemoryKeeper.RunAsync(time, stopping.Token));
        var waking = WakeAsync(waker, stopping.Token);
        _ = ServeOwnMethodsAsync(server, service, calls, stopping.Token);

        var code = await _ended.Task;
        if (code == ExitCode.Terminated)
            await Task.Delay(LastAnswers, time);
        await stopping.CancelAsync();
        await Task.WhenAny(Task.WhenAll(server.DisposeAsync().AsTask(), waking), Task.Delay(EndLimit, time));
        return code;
    }

    /// <summary>False when the port cannot be protected as it was asked for: then it is not opened.</summary>
    private bool TryLoadSecurity(out ServerSecurity? security)
    {
        security = null;
        if (options.Security is not { } files)
            return true;
        try
        {
            security = ServerSecurity.Load(files, trouble => log.Error(LogName, trouble), time);
        }
        catch (SecurityFileException error)
        {
            log.Error(LogName, $"{error.Message}; correct it, or make new files with --init-tls");
            return false;
        }

        if (files.ClientCa is null && files.Token is null)
            log.Warn(LogName, "TLS without --token-file and --tls-client-ca hides what is said, and lets in everybody who can reach the port");
        if (security.ValidUntil < time.GetUtcNow())
            log.Error(LogName, $"the certificate {files.Certificate} has expired; no server will accept it: make a new one");
        return true;
    }

    private static string Protection(ServerSecurity? security) => security is null
        ? " without TLS"
        : $" with TLS (certificate valid until {security.ValidUntil:yyyy-MM-dd}, SHA-256 {security.Fingerprint})";

    private void End(PosixSignalContext context, int code)
    {
        context.Cancel = true;
        _ended.TrySetResult(code);
    }

    private async Task<ZeroRpcServer?> ListenAsync(ZeroRpcService service, ServerSecurity? security, CancellationToken cancellationToken)
    {
        try
        {
            var endPoint = await options.Bind.ResolveAsync(cancellationToken);
            return ZeroRpcServer.Start(endPoint, service, Limits with { Time = time }, security, new Refusals(log, time).Note);
        }
        catch (SocketException error)
        {
            var advice = error.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "something else listens there, perhaps another multivisor-rpc; end it or choose another port with --bind",
                SocketError.AccessDenied => "this user may not use that port; choose one above 1023 with --bind",
                _ => "choose an address of this host with --bind, for example *:9002",
            };
            log.Error(LogName, $"cannot listen on {options.Bind}: {error.Message}; {advice}");
            return null;
        }
    }

    private Task WakeAsync(Waker waker, CancellationToken cancellationToken)
    {
        if (options.Wakes)
            return waker.RunAsync(cancellationToken);
        waker.TurnOff("--no-wake");
        return Task.CompletedTask;
    }

    /// <summary>No loop ends before we do, unless standard input has ended.</summary>
    private async Task WatchAsync(Task loop)
    {
        try
        {
            await loop;
            log.Error(LogName, "supervisord has closed our standard input: it has ended; ending too, so that the port is free for the next");
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception unexpected)
        {
            // Without events we would serve lies; supervisord starts us anew.
            log.Error(LogName, $"events are no longer handled, ending so that supervisord starts a new agent: {unexpected}");
        }

        _ended.TrySetResult(ExitCode.SupervisordGone);
    }

    /// <summary>
    /// Asks supervisord for its methods and, if they are others than those served from the start (another version, a plug-in), serves
    /// those instead.
    /// </summary>
    private async Task ServeOwnMethodsAsync(ZeroRpcServer server, AgentService service, SupervisordCalls calls, CancellationToken cancellationToken)
    {
        var troubles = new Troubles(log, LogName);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var methods = await calls.ListMethodsAsync(cancellationToken);
                troubles.Over();
                foreach (var unknown in options.Access.Unknown(methods))
                    log.Warn(LogName, $"--allow {unknown}: this supervisord has no such method");
                if (!MethodNames.ByBareName(methods).SequenceEqual(MethodNames.ByBareName(MethodNames.Standard)))
                {
                    log.Info(LogName, "supervisord has other methods than the usual ones; serving those");
                    server.Serve(service.Build(methods));
                }

                return;
            }
            catch (SupervisordException error)
            {
                troubles.Note(error, "the methods of supervisord could not be read");
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }
}
