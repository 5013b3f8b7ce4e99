using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>Sessions that a filter leaves, but for its text.</summary>
internal static class SessionNarrowing
{
    public static IQueryable<Session> Of(GatewayDbContext db, SessionFilter filter)
    {
        var sessions = db.Sessions.AsNoTracking();
        if (filter.State is { } state) sessions = sessions.Where(s => s.State == state);
        if (filter.IsLive) sessions = sessions.Where(s => s.State != SessionState.Archived);
        if (filter.Channel is { } channel) sessions = sessions.Where(s => s.ChannelId == channel);
        if (filter.Agent is { } agent) sessions = sessions.Where(s => s.AgentId == agent);
        if (!string.IsNullOrEmpty(filter.User)) sessions = sessions.Where(s => s.UserId == filter.User);
        if (filter.Since is { } since) sessions = sessions.Where(s => s.LastActivityAt >= since);
        if (filter.Until is { } until) sessions = sessions.Where(s => s.LastActivityAt < until);
        if (filter.IsTaken) sessions = sessions.Where(s => s.TakenById != null);
        return Troubled(db, sessions, filter);
    }

    /// <summary>All read a set that is small or partially indexed once, and not a table for every session.</summary>
    private static IQueryable<Session> Troubled(GatewayDbContext db, IQueryable<Session> sessions, SessionFilter filter)
    {
        if (filter.HasDeadLetters)
        {
            var dead = db.DeadLetters.Where(d => d.State == "open").Select(d => d.SessionId);
            sessions = sessions.Where(s => dead.Contains(s.Id));
        }

        if (filter.HasBounces)
        {
            var bounced = db.DeliveryReports.Where(r => r.Verdict == DeliveryVerdict.Hard || r.Verdict == DeliveryVerdict.Soft).Select(r => r.SessionId);
            sessions = sessions.Where(s => bounced.Contains(s.Id));
        }

        if (filter.WaitingSince is { } before)
        {
            var waiting = db.Messages.Where(m => m.Pending != null && m.Pending != PendingWork.Send && m.At < before).Select(m => m.SessionId);
            sessions = sessions.Where(s => waiting.Contains(s.Id));
        }

        return sessions;
    }
}
