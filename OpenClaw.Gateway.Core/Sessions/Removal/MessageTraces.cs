using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Sessions.Removal;

/// <summary>What stands beside messages and may hold words of them: it goes when they go.</summary>
internal static class MessageTraces
{
    /// <summary>Of these messages.</summary>
    /// <returns>How many dead letters there were.</returns>
    public static int Remove(GatewayDbContext rows, Guid[] messages)
    {
        rows.Attempts.Where(a => messages.Contains(a.MessageId)).ExecuteDelete();
        rows.Deliveries.Where(d => messages.Contains(d.MessageId)).ExecuteDelete();
        rows.AnswerPreviews.Where(p => messages.Contains(p.MessageId)).ExecuteDelete();
        rows.DeliveryReports.Where(r => messages.Contains(r.ReplyId)).ExecuteDelete();
        rows.AgentRuns.Where(r => messages.Contains(r.MessageId)).ExecuteDelete();
        rows.SuggestedExamples.Where(e => messages.Contains(e.MessageId)).ExecuteDelete();
        rows.ReplayItems.Where(i => rows.DeadLetters.Any(d => d.Id == i.LetterId && messages.Contains(d.MessageId))).ExecuteDelete();
        return rows.DeadLetters.Where(d => messages.Contains(d.MessageId)).ExecuteDelete();
    }

    /// <summary>Of a session whose messages are gone.</summary>
    public static void RemoveAll(GatewayDbContext rows, Guid session)
    {
        rows.Attempts.Where(a => a.SessionId == session).ExecuteDelete();
        rows.Deliveries.Where(d => d.SessionId == session).ExecuteDelete();
        rows.AnswerPreviews.Where(p => p.SessionId == session).ExecuteDelete();
        rows.DeliveryReports.Where(r => r.SessionId == session).ExecuteDelete();
        rows.AgentRuns.Where(r => r.SessionId == session).ExecuteDelete();
        rows.SuggestedExamples.Where(e => e.SessionId == session).ExecuteDelete();
        rows.EventDeliveries.Where(d => d.SessionId == session).ExecuteDelete();
    }
}
