namespace Multivisor.Supervisord;

/// <summary>supervisord's fault numbers (supervisor.md section 4).</summary>
public enum SupervisordFault
{
    UnknownMethod = 1,
    IncorrectParameters = 2,
    BadArguments = 3,
    SignatureUnsupported = 4,
    ShutdownState = 6,
    BadName = 10,
    BadSignal = 11,
    NoFile = 20,
    NotExecutable = 21,
    Failed = 30,
    AbnormalTermination = 40,
    SpawnError = 50,
    AlreadyStarted = 60,
    NotRunning = 70,
    Success = 80,
    AlreadyAdded = 90,
    StillRunning = 91,
    CantReread = 92,
}

/// <summary>supervisord answered with a fault.</summary>
/// <param name="code">The number as sent; may be one that <see cref="SupervisordFault"/> does not name.</param>
/// <param name="text">The fault string as sent, for example <c>BAD_NAME: zz</c>.</param>
public sealed class SupervisordFaultException(int code, string text) : SupervisordException(text)
{
    public int Code { get; } = code;

    public SupervisordFault Fault => (SupervisordFault)Code;
}
