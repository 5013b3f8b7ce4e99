using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.HeldMessages;

/// <summary>
/// Lets a held message in: the channel connects anew, fetches it again from where the platform has it, and handles it as any other, without asking
/// whether a program wrote it.
/// </summary>
public sealed class ReleaseHeldMessage(ITenantDbFactory databases, ICatalog catalog, RestartChannel restart, TimeProvider time)
{
    /// <summary>Done (also where it was released already), not found, or not possible as the channel is switched off.</summary>
    public async Task<AdminResult<HeldMessageView>> RunAsync(Caller caller, Guid channel, Guid held, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != caller.Tenant) return AdminResult.NotFound<HeldMessageView>();
        await using var db = databases.Create(caller.Tenant);
        if (await db.HeldMessages.FirstOrDefaultAsync(h => h.Id == held && h.ChannelId == channel, cancellationToken) is not { } row) return AdminResult.NotFound<HeldMessageView>();
        if (!model.Enabled) return AdminResult.InUse<HeldMessageView>($"The channel '{model.Name}' is switched off, so nobody can fetch the message. Switch the channel on first.");
        if (row.IsReleased) return AdminResult.Done(HeldMessageView.Of(row));
        row.IsReleased = true;
        AuditTrail.Note(db, caller, time.GetUtcNow(), "held-message.released", new(row.Id, model.Name), after: new { channel, row.Reason });
        if (await Saving.TryAsync<HeldMessageView>(db, cancellationToken) is { } failure) return failure;
        await restart.RunAsync(caller, channel, CancellationToken.None);
        return AdminResult.Done(HeldMessageView.Of(row));
    }
}
