using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Programs;

/// <summary>The one channel that a tenant has of a kind of programs: made when it is first used, noted in the audit by the key that used it.</summary>
internal sealed class ProgramChannels(ITenantDbFactory databases, ChannelKinds kinds, ICatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<(Guid Tenant, string Kind), Guid> _known = new();

    /// <summary>The channel, or null when there is none yet. Of several, which only the API can make, the oldest.</summary>
    public ChannelModel? Find(Guid tenant, string kind)
    {
        if (_known.TryGetValue((tenant, kind), out var id) && catalog.FindChannel(id) is { } known && known.Tenant.Id == tenant) return known;
        var found = catalog.Channels.Where(c => c.Kind == kind && c.Tenant.Id == tenant).MinBy(c => c.Id);
        if (found is not null) _known[(tenant, kind)] = found.Id;
        return found;
    }

    /// <summary>The channel; made if need be. In use (a quota is used up) when it cannot be.</summary>
    public async Task<AdminResult<ChannelModel>> GetAsync(Caller caller, string kind, CancellationToken cancellationToken)
    {
        caller.Demand(ApiScopeNames.Converse);
        if (Find(caller.Tenant, kind) is { } there) return AdminResult.Done(there);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        return Find(caller.Tenant, kind) is { } made ? AdminResult.Done(made) : await MakeAsync(caller, kind, cancellationToken);
    }

    private async Task<AdminResult<ChannelModel>> MakeAsync(Caller caller, string kind, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(caller.Tenant);
        if (await Quotas.ChannelsAsync(catalog, db, caller.Tenant, cancellationToken) is { } full) return AdminResult.InUse<ChannelModel>(full);
        var now = time.GetUtcNow();
        var row = new Channel
        {
            Id = RowId.New(now), Kind = kind, Name = await NameAsync(db, kind, cancellationToken), Enabled = true, Settings = ProgramKinds.FirstSettings, CreatedAt = now, UpdatedAt = now, Version = 1,
        };
        db.Channels.Add(row);
        AuditTrail.Note(db, caller, now, "channel.created", new(row.Id, row.Name), null, ChannelView.Of(row, [], kinds));
        if (await Saving.TryAsync<ChannelModel>(db, cancellationToken) is { } failure) return failure;
        await catalog.ReloadAsync(CancellationToken.None);
        return Find(caller.Tenant, kind) is { } model ? AdminResult.Done(model) : AdminResult.NotFound<ChannelModel>();
    }

    private static async Task<string> NameAsync(GatewayDbContext db, string kind, CancellationToken cancellationToken)
    {
        var taken = (await db.Channels.Select(c => c.Name).ToListAsync(cancellationToken)).Select(NameRule.Fold).ToHashSet(StringComparer.Ordinal);
        var name = ProgramKinds.NameOf(kind);
        for (var number = 2; taken.Contains(NameRule.Fold(name)); number++) name = $"{ProgramKinds.NameOf(kind)} {number}";
        return name;
    }
}
