using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Gateway.Core.Administration.Routing;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>Removes a channel with its secrets, what its connection remembers and who was let in. Its conversations stay.</summary>
public sealed class DeleteChannel(ITenantDbFactory databases, ChannelKinds kinds, ICatalog catalog, TimeProvider time, DiscardHeldMessages held, IChannelAccess? access = null)
{
    /// <summary>Done, not found, in use (by a routing rule), or (with <paramref name="version"/>) stale.</summary>
    public async Task<AdminResult<Guid>> RunAsync(Caller caller, Guid channel, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Channels.FirstOrDefaultAsync(c => c.Id == channel, cancellationToken);
        if (row is null) return AdminResult.NotFound<Guid>();
        if (version is { } expected && expected != row.Version) return AdminResult.Stale<Guid>();
        if (RuleUse.OfChannel(catalog, caller.Tenant, channel) is { } rule)
            return AdminResult.InUse<Guid>($"The routing rule '{rule}' is for the channel '{row.Name}'. Take the channel out of the rule, or delete the rule, first.");
        var secrets = await db.Secrets.Where(s => s.OwnerId == channel).ToListAsync(cancellationToken);
        AuditTrail.Note(db, caller, time.GetUtcNow(), "channel.deleted", new(row.Id, row.Name), before: ChannelView.Of(row, secrets, kinds));
        db.Secrets.RemoveRange(secrets);
        if (await db.SubjectStates.FirstOrDefaultAsync(s => s.SubjectId == channel, cancellationToken) is { } state) db.SubjectStates.Remove(state);
        db.Channels.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        await db.WriteAsync(d => d.Pairings.Where(p => p.ChannelId == channel).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        await db.WriteAsync(d => d.ChannelGaps.Where(g => g.ChannelId == channel).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        await db.WriteAsync(d => d.ChannelNotes.Where(n => n.ChannelId == channel).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        await db.WriteAsync(d => d.MailEntries.Where(m => m.ChannelId == channel).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        await held.OfDeletedAsync(caller.Tenant, channel);
        await db.WriteAsync(d => d.ConversationAliases.Where(a => a.ChannelId == channel).ExecuteDeleteAsync(CancellationToken.None), CancellationToken.None);
        access?.Forget(channel);
        return AdminResult.Done(channel);
    }
}
