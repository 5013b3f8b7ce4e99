using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>What a restart did: how many connections were asked to close and come back.</summary>
public sealed record ChannelRestarted(int Connections);

/// <summary>Closes a channel's connections, so that they are made anew. Nothing that was accepted is lost.</summary>
public sealed class RestartChannel(ICatalog catalog, IEnumerable<IChannelRestart> restarts, ITenantDbFactory databases, TimeProvider time)
{
    /// <summary>Done, or not found.</summary>
    public async Task<AdminResult<ChannelRestarted>> RunAsync(Caller caller, Guid channel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        if (catalog.FindChannel(channel) is not { } model || model.Tenant.Id != caller.Tenant) return AdminResult.NotFound<ChannelRestarted>();
        await using (var db = databases.Create(caller.Tenant))
        {
            AuditTrail.Note(db, caller, time.GetUtcNow(), "channel.restarted", new(model.Id, model.Name));
            await db.SaveChangesAsync(cancellationToken);
        }

        return AdminResult.Done(new ChannelRestarted(restarts.Where(r => r.Kind == model.Kind).Sum(r => r.Restart(channel))));
    }
}
