using Multivisor.Server.Audit;

namespace Multivisor.Server.Http;

/// <summary>Says no, and has it written down.</summary>
internal sealed class Refusals(AuditTrail audit)
{
    public Task AnswerAsync(HttpContext context, int status, string message)
    {
        audit.Refusal(context, status, message);
        return Answers.Message(status, message).ExecuteAsync(context);
    }
}
