using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Pairings;

/// <summary>Lets people in who asked, or refuses them. A decision holds for their next message, and can be changed at any time.</summary>
public sealed class DecidePairing(ITenantDbFactory databases, IChannelAccess access, TimeProvider time)
{
    private const int MaxName = 256;

    /// <summary>They may write from now on. Done, also where they might before; or not found.</summary>
    public Task<AdminResult<PairingView>> ApproveAsync(Caller caller, Guid pairing, CancellationToken cancellationToken = default) =>
        SetAsync(caller, pairing, PairingState.Approved, "pairing.approved", cancellationToken);

    /// <summary>They may not write, and are told nothing. Done, also where they were refused before; or not found.</summary>
    public Task<AdminResult<PairingView>> DenyAsync(Caller caller, Guid pairing, CancellationToken cancellationToken = default) =>
        SetAsync(caller, pairing, PairingState.Denied, "pairing.denied", cancellationToken);

    /// <summary>Takes a decision back: they wait again, with the code that they had.</summary>
    public Task<AdminResult<PairingView>> ReopenAsync(Caller caller, Guid pairing, CancellationToken cancellationToken = default) =>
        SetAsync(caller, pairing, PairingState.Waiting, "pairing.reopened", cancellationToken);

    /// <summary>Takes them off the list: who writes again asks anew, and gets another code.</summary>
    public async Task<AdminResult<Guid>> RemoveAsync(Caller caller, Guid pairing, CancellationToken cancellationToken = default)
    {
        await using var db = Open(caller);
        if (await db.Pairings.FirstOrDefaultAsync(p => p.Id == pairing, cancellationToken) is not { } row) return AdminResult.NotFound<Guid>();
        AuditTrail.Note(db, caller, time.GetUtcNow(), "pairing.removed", Target(row), before: PairingView.Of(row));
        db.Pairings.Remove(row);
        if (await Saving.TryAsync<Guid>(db, cancellationToken) is { } failure) return failure;
        access.Forget(row.ChannelId);
        return AdminResult.Done(pairing);
    }

    private async Task<AdminResult<PairingView>> SetAsync(Caller caller, Guid pairing, PairingState state, string action, CancellationToken cancellationToken)
    {
        await using var db = Open(caller);
        if (await db.Pairings.FirstOrDefaultAsync(p => p.Id == pairing, cancellationToken) is not { } row) return AdminResult.NotFound<PairingView>();
        var before = PairingView.Of(row);
        if (row.State == state) return AdminResult.Done(before);
        var now = time.GetUtcNow();
        row.State = state;
        row.DecidedAt = state == PairingState.Waiting ? null : now;
        row.DecidedBy = state == PairingState.Waiting ? null : caller.Name.Length > MaxName ? caller.Name[..MaxName] : caller.Name;
        var after = PairingView.Of(row);
        AuditTrail.Note(db, caller, now, action, Target(row), before, after);
        if (await Saving.TryAsync<PairingView>(db, cancellationToken) is { } failure) return failure;
        access.Forget(row.ChannelId);
        return AdminResult.Done(after);
    }

    private static AuditTarget Target(Pairing row) => new(row.Id, row.UserName ?? row.UserId);

    private GatewayDbContext Open(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        return databases.Create(caller.Tenant);
    }
}
