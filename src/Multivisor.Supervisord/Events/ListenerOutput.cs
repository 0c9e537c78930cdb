namespace Multivisor.Supervisord.Events;

/// <summary>Writes an event listener's side of the protocol to its standard output; nothing else may ever be written there.</summary>
public sealed class ListenerOutput(Stream output)
{
    private static readonly byte[] ReadyToken = "READY\n"u8.ToArray();
    private static readonly byte[] AcceptedToken = "RESULT 2\nOKREADY\n"u8.ToArray();

    /// <summary>Asks for the first event.</summary>
    public ValueTask ReadyAsync(CancellationToken cancellationToken = default) => WriteAsync(ReadyToken, cancellationToken);

    /// <summary>Accepts the event and asks for the next, in one write so that supervisord sees both in one turn of its loop.</summary>
    public ValueTask AcceptAsync(CancellationToken cancellationToken = default) => WriteAsync(AcceptedToken, cancellationToken);

    private async ValueTask WriteAsync(byte[] token, CancellationToken cancellationToken)
    {
        await output.WriteAsync(token, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }
}
