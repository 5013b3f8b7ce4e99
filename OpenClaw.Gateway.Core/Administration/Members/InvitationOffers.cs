using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>The invited person's side: what a link offers, and taking it.</summary>
public sealed class InvitationOffers(ISystemDbFactory databases, TimeProvider time)
{
    /// <summary>What the link with that token offers; null when there is none (any more): never made, renewed or revoked.</summary>
    public async Task<InvitationOffer?> FindAsync(string? token, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create();
        return await FindAsync(db, token, cancellationToken) is var (row, tenant) ? Of(row, tenant) : null;
    }

    /// <summary>
    /// Puts the membership into the caller's context, to be saved with what else belongs to it (the new account). False when the offer
    /// is not open any more; then nothing was added. That the person may take it (the address is theirs) is the caller's to check.
    /// </summary>
    public async Task<bool> StageAsync(GatewayDbContext db, string token, Person person, string? address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(person);
        if (await FindAsync(db, token, cancellationToken) is not var (row, tenant) || Of(row, tenant).State != OfferState.Open) return false;
        var now = time.GetUtcNow();
        row.AcceptedAt = now;
        var membership = await db.Memberships.FirstOrDefaultAsync(m => m.PersonId == person.Id && m.TenantId == row.TenantId, cancellationToken);
        if (membership is null) db.Memberships.Add(new() { PersonId = person.Id, TenantId = row.TenantId, Role = row.Role, CreatedAt = now });
        else if (membership.Role < row.Role) membership.Role = row.Role; // an old invitation takes nothing away
        var caller = new Caller(row.TenantId, ActorKind.Person, person.Id, person.Email ?? "", [], address);
        AuditTrail.Note(db, caller, now, "invitation.accepted", new(row.Id, row.Email), after: new { role = row.Role.ToString().ToLowerInvariant() });
        return true;
    }

    private static async Task<(Invitation Row, Tenant Tenant)?> FindAsync(GatewayDbContext db, string? token, CancellationToken cancellationToken)
    {
        if (LinkToken.Hash(token) is not { } hash) return null;
        var row = await db.Invitations.FirstOrDefaultAsync(i => i.TokenHash == hash, cancellationToken);
        if (row is null || await db.Tenants.AsNoTracking().FirstOrDefaultAsync(t => t.Id == row.TenantId, cancellationToken) is not { } tenant) return null;
        return (row, tenant);
    }

    private InvitationOffer Of(Invitation row, Tenant tenant)
    {
        var state = row.AcceptedAt is not null ? OfferState.Accepted
            : row.ExpiresAt <= time.GetUtcNow() ? OfferState.Expired
            : tenant.Suspended ? OfferState.Suspended
            : OfferState.Open;
        return new(row.Id, tenant.Id, tenant.Slug, tenant.Name, row.Email, row.Role, row.InvitedBy, state);
    }
}
