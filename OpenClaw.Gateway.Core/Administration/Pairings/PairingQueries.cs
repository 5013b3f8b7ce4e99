using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Pairings;

/// <summary>Which people are wanted.</summary>
/// <param name="State">Of <see cref="PairingStates"/>; null = all.</param>
/// <param name="Channel">Those of one channel.</param>
/// <param name="Text">A part of the code, or of the person's id or name.</param>
public sealed record PairingFilter(string? State = null, Guid? Channel = null, string? Text = null);

/// <summary>Reads who waits to be let in, and who was.</summary>
public sealed class PairingQueries(ITenantDbFactory databases)
{
    /// <summary>People, who came last first.</summary>
    public async Task<Page<PairingView>> ListAsync(Caller caller, PageRequest page, PairingFilter? filter = null, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        var query = Narrow(db.Pairings.AsNoTracking(), filter ?? new());
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(p => p.Id < last);
        var rows = await query.OrderByDescending(p => p.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new([.. rows.Select(PairingView.Of)], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>One, or null when the tenant has none of that id.</summary>
    public async Task<PairingView?> GetAsync(Caller caller, Guid pairing, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        return await db.Pairings.AsNoTracking().FirstOrDefaultAsync(p => p.Id == pairing, cancellationToken) is { } row ? PairingView.Of(row) : null;
    }

    /// <summary>How many wait, by channel.</summary>
    public async Task<IReadOnlyDictionary<Guid, int>> WaitingAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        return await db.Pairings.AsNoTracking().Where(p => p.State == PairingState.Waiting).GroupBy(p => p.ChannelId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
    }

    private static IQueryable<Pairing> Narrow(IQueryable<Pairing> query, PairingFilter filter)
    {
        if (filter.State is { } name)
        {
            var state = PairingStates.Of(name);
            query = query.Where(p => p.State == state);
        }

        if (filter.Channel is { } channel) query = query.Where(p => p.ChannelId == channel);
        if (LikePattern.Part(filter.Text) is not { } part) return query;
        // as people read it to each other: in groups, in small letters
        var code = LikePattern.Part(filter.Text!.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant()) ?? part;
        return query.Where(p => EF.Functions.Like(p.Code, code, LikePattern.Escape) || EF.Functions.Like(p.UserId, part, LikePattern.Escape) || EF.Functions.Like(p.UserName!, part, LikePattern.Escape));
    }

    private GatewayDbContext Open(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        return databases.Create(caller.Tenant);
    }
}
