using Multivisor.Supervisord;

namespace Multivisor.Agent.Events;

/// <summary>Logs a trouble with supervisord when it begins, when it changes and when it is over, not at each event.</summary>
internal sealed class Troubles(AgentLog log, string name)
{
    private string? _current;

    public void Note(SupervisordException error, string consequence)
    {
        // A shutdown, or a group just removed: part of every day.
        if (error is SupervisordFaultException { Fault: SupervisordFault.ShutdownState or SupervisordFault.BadName })
        {
            log.Debug(name, $"{consequence}: {error.Message}");
            return;
        }

        if (_current == error.Message)
            return;
        _current = error.Message;
        var hint = error is SupervisordHttpException { Status: 401 }
            ? "; set environment=SUPERVISOR_USERNAME=\"…\",SUPERVISOR_PASSWORD=\"…\" in our [eventlistener] section"
            : "";
        log.Error(name, $"{consequence}: {error.Message}{hint}");
    }

    public void Over()
    {
        if (_current is null)
            return;
        _current = null;
        log.Info(name, "supervisord answers again");
    }
}
