using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>What a drill has led to so far, for who watches it.</summary>
/// <param name="Failed">Attempts that failed since its start, by cause.</param>
/// <param name="DeadLetters">Messages that became dead letters since its start.</param>
/// <param name="Open">Requests that the agent has not answered yet.</param>
/// <param name="LastAnswerAt">When it last answered.</param>
public sealed record DrillOutcome(IReadOnlyDictionary<string, int> Failed, int DeadLetters, int Open, DateTimeOffset? LastAnswerAt);

/// <summary>Reads what a drill leads to.</summary>
public sealed class DrillFigures(ITenantDbFactory databases, IAgentFigures agents)
{
    /// <summary>As it stands now.</summary>
    public async Task<DrillOutcome> ReadAsync(Caller caller, DrillView drill, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(drill);
        caller.Demand(ApiScopeNames.Read);
        await using var db = databases.Create(caller.Tenant);
        var (since, isAgent) = (TimeIds.Floor(drill.StartedAt), drill.Kind == "agent");
        var failed = isAgent
            ? await db.Attempts.AsNoTracking().Where(a => a.Id >= since && a.AgentId == drill.Subject).GroupBy(a => a.Cause).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken)
            : await db.Attempts.AsNoTracking().Where(a => a.Id >= since && a.AgentId == null && db.Sessions.Any(s => s.Id == a.SessionId && s.ChannelId == drill.Subject))
                .GroupBy(a => a.Cause).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var letters = db.DeadLetters.AsNoTracking().Where(d => d.TenantId == caller.Tenant && d.Id >= since);
        var dead = await (isAgent ? letters.Where(d => d.AgentId == drill.Subject) : letters.Where(d => d.ChannelId == drill.Subject)).CountAsync(cancellationToken);
        var figures = isAgent ? agents.FiguresOf(drill.Subject) : AgentFigures.None;
        return new(failed, dead, figures.Open, figures.LastAnswerAt);
    }
}
