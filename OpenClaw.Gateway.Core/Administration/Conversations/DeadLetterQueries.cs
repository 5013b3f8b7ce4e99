using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>What a list of dead letters is narrowed to; what is null does not narrow.</summary>
public sealed record DeadLetterFilter
{
    /// <summary><c>open</c>, <c>replayed</c> or <c>discarded</c>.</summary>
    public string? State { get; init; }

    /// <summary>The stage that failed, one of <see cref="Stages"/>.</summary>
    public string? Stage { get; init; }

    /// <summary>Channel.</summary>
    public Guid? Channel { get; init; }

    /// <summary>Agent.</summary>
    public Guid? Agent { get; init; }

    /// <summary>Cause.</summary>
    public string? Cause { get; init; }

    /// <summary>A group's fingerprint.</summary>
    public string? Group { get; init; }

    /// <summary>Failed last at or after that time.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Reads dead letters.</summary>
public sealed class DeadLetterQueries(ITenantDbFactory databases)
{
    private const int MaxGroups = 200;

    /// <summary>Dead letters, newest first.</summary>
    public async Task<Page<DeadLetterView>> ListAsync(Guid tenant, DeadLetterFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = databases.Create(tenant);
        var letters = Narrow(db.DeadLetters.AsNoTracking(), filter);
        if (Cursor.Parse(page.After) is { Id: var last }) letters = letters.Where(d => d.Id < last);
        var rows = await letters.OrderByDescending(d => d.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(ToView)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One dead letter, or null when the tenant has none of that id.</summary>
    public async Task<DeadLetterView?> GetAsync(Guid tenant, Guid letter, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(d => d.Id == letter, cancellationToken);
        return row is null ? null : ToView(row);
    }

    /// <summary>Open dead letters by sort, the one with the newest failure first; at most 200 sorts.</summary>
    public async Task<Page<DeadLetterGroup>> GroupsAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var sums = await db.DeadLetters.AsNoTracking().Where(d => d.State == "open").GroupBy(d => d.Fingerprint)
            .Select(g => new { Fingerprint = g.Key, Count = g.Count(), First = g.Min(d => d.FirstAt), Last = g.Max(d => d.LastAt) })
            .OrderByDescending(g => g.Last).Take(MaxGroups).ToListAsync(cancellationToken);
        var groups = new List<DeadLetterGroup>(sums.Count);
        foreach (var sum in sums)
        {
            var newest = await db.DeadLetters.AsNoTracking().Where(d => d.State == "open" && d.Fingerprint == sum.Fingerprint)
                .OrderByDescending(d => d.Id).FirstOrDefaultAsync(cancellationToken);
            if (newest is not null)
                groups.Add(new(sum.Fingerprint, newest.Stage, newest.Cause, newest.ChannelId, newest.AgentId, sum.Count, sum.First, sum.Last, newest.Id, newest.Detail));
        }
        return new(groups, null);
    }

    private static IQueryable<DeadLetter> Narrow(IQueryable<DeadLetter> letters, DeadLetterFilter filter)
    {
        if (!string.IsNullOrEmpty(filter.State)) letters = letters.Where(d => d.State == filter.State);
        if (!string.IsNullOrEmpty(filter.Stage)) letters = letters.Where(d => d.Stage == filter.Stage);
        if (filter.Channel is { } channel) letters = letters.Where(d => d.ChannelId == channel);
        if (filter.Agent is { } agent) letters = letters.Where(d => d.AgentId == agent);
        if (!string.IsNullOrEmpty(filter.Cause)) letters = letters.Where(d => d.Cause == filter.Cause);
        if (!string.IsNullOrEmpty(filter.Group)) letters = letters.Where(d => d.Fingerprint == filter.Group);
        if (filter.Since is { } since) letters = letters.Where(d => d.LastAt >= since);
        return letters;
    }

    private static DeadLetterView ToView(DeadLetter row) => new()
    {
        Id = row.Id,
        Stage = row.Stage,
        Cause = row.Cause,
        Detail = row.Detail,
        Attempts = row.Attempts,
        FirstAt = row.FirstAt,
        LastAt = row.LastAt,
        Fingerprint = row.Fingerprint,
        Risk = row.Risk,
        MessageId = row.MessageId,
        SessionId = row.SessionId,
        Channel = row.ChannelId,
        Agent = row.AgentId,
        Payload = SavedJson.Object(row.Payload),
        State = row.State,
    };
}
