using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>Reads dead letters.</summary>
public sealed class DeadLetterQueries(ITenantDbFactory databases, ICatalog? catalog = null)
{
    private const int MaxGroups = 200;

    /// <summary>Dead letters, newest first.</summary>
    public async Task<Page<DeadLetterView>> ListAsync(Guid tenant, DeadLetterFilter filter, PageRequest page, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = databases.Create(tenant);
        var letters = filter.On(db.DeadLetters.AsNoTracking());
        if (Cursor.Parse(page.After) is { Id: var last }) letters = letters.Where(d => d.Id < last);
        var rows = await letters.OrderByDescending(d => d.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(ToView)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>How many fit.</summary>
    public async Task<int> CountAsync(Guid tenant, DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = databases.Create(tenant);
        return await filter.On(db.DeadLetters.AsNoTracking()).CountAsync(cancellationToken);
    }

    /// <summary>One dead letter, or null when the tenant has none of that id.</summary>
    public async Task<DeadLetterView?> GetAsync(Guid tenant, Guid letter, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var row = await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(d => d.Id == letter, cancellationToken);
        return row is null ? null : ToView(row);
    }

    /// <summary>Open dead letters by sort, the one with the newest failure first; at most 200 sorts.</summary>
    public Task<Page<DeadLetterGroup>> GroupsAsync(Guid tenant, CancellationToken cancellationToken = default) => GroupsAsync(tenant, new(), cancellationToken);

    /// <summary>Dead letters by sort, the one with the newest failure first; at most 200 sorts. Open ones, where the filter names no state.</summary>
    public async Task<Page<DeadLetterGroup>> GroupsAsync(Guid tenant, DeadLetterFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        filter = filter with { State = string.IsNullOrEmpty(filter.State) ? DeadLetterStates.Open : filter.State };
        await using var db = databases.Create(tenant);
        var letters = filter.On(db.DeadLetters.AsNoTracking());
        var sums = await letters.GroupBy(d => d.Fingerprint)
            .Select(g => new { Fingerprint = g.Key, Count = g.Count(), First = g.Min(d => d.FirstAt), Last = g.Max(d => d.LastAt) })
            .OrderByDescending(g => g.Last).Take(MaxGroups).ToListAsync(cancellationToken);
        var groups = new List<DeadLetterGroup>(sums.Count);
        foreach (var sum in sums)
        {
            var newest = await letters.Where(d => d.Fingerprint == sum.Fingerprint).OrderByDescending(d => d.Position).ThenByDescending(d => d.Id).FirstOrDefaultAsync(cancellationToken);
            if (newest is not null)
                groups.Add(new(sum.Fingerprint, newest.Stage, newest.Cause, newest.ChannelId, newest.AgentId, sum.Count, sum.First, sum.Last, newest.Id, newest.Detail)
                {
                    Tenant = tenant,
                    ChannelName = catalog?.FindChannel(newest.ChannelId)?.Name,
                    AgentName = newest.AgentId is { } agent ? catalog?.FindAgent(agent)?.Name : null,
                });
        }

        return new(groups, null);
    }

    internal static DeadLetterView ToView(DeadLetter row) => new()
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
        Previous = row.PreviousId,
        Replay = row.ReplayId,
        ResolvedAt = row.ResolvedAt,
        ResolvedBy = row.ResolvedBy,
    };
}
