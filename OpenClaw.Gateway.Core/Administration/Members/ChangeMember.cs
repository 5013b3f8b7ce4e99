using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Gives a member another role, or takes the place in the tenant away. Open pages of that person ask for their rights anew, and follow within seconds.</summary>
public sealed class ChangeMember(ITenantDbFactory databases, TimeProvider time) : IDisposable
{
    private const string LastAdmin = "This is the tenant's last admin: nobody would be left to set it up. Make somebody else an admin first. (The owner of the installation can do it all the same.)";

    /// <summary>Two admins who take each other's role at the same moment would leave none: one after the other.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Gives the role <c>viewer</c>, <c>operator</c> or <c>admin</c>.</summary>
    public async Task<AdminResult<MemberView>> SetRoleAsync(Caller caller, Guid person, string? role, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var db = databases.Create(caller.Tenant);
            if (await FindAsync(db, person, cancellationToken) is not var (row, who)) return AdminResult.NotFound<MemberView>();
            if (Faults(caller, row, role, out var wanted) is { Any: true } errors) return AdminResult.Invalid<MemberView>(errors);
            var before = MemberView.Of(row, who);
            if (wanted == row.Role) return AdminResult.Done(before);
            if (wanted != TenantRole.Admin && await IsLastAdminAsync(db, caller, row, cancellationToken)) return AdminResult.InUse<MemberView>(LastAdmin);
            row.Role = wanted;
            return await SaveAsync(db, caller, "member.changed", row, who, before, MemberView.Of(row, who), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes the place away; the account itself stays, as it may belong to other tenants.</summary>
    public async Task<AdminResult<MemberView>> RemoveAsync(Caller caller, Guid person, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var db = databases.Create(caller.Tenant);
            if (await FindAsync(db, person, cancellationToken) is not var (row, who)) return AdminResult.NotFound<MemberView>();
            if (await IsLastAdminAsync(db, caller, row, cancellationToken)) return AdminResult.InUse<MemberView>(LastAdmin);
            db.Memberships.Remove(row);
            db.RemoveRange(await db.SavedFilters.Where(f => f.PersonId == person).ToListAsync(cancellationToken));
            return await SaveAsync(db, caller, "member.removed", row, who, MemberView.Of(row, who), null, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private static async Task<(Membership Row, Person Person)?> FindAsync(GatewayDbContext db, Guid person, CancellationToken cancellationToken)
    {
        if (await db.Memberships.FirstOrDefaultAsync(m => m.PersonId == person, cancellationToken) is not { } row) return null;
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.Id == person, cancellationToken) is { } who ? (row, who) : null;
    }

    private static FieldErrors Faults(Caller caller, Membership row, string? role, out TenantRole wanted)
    {
        var errors = new FieldErrors();
        if (!RoleGrants.TryRead(role, out wanted)) errors.Add("role", RoleGrants.RoleFault);
        else if (wanted > row.Role)
        {
            RoleGrants.Check(caller, wanted, errors);
            if (caller.Kind == ActorKind.Person && caller.Id == row.PersonId && !caller.May(ApiScopeNames.Own)) errors.Add("role", "Nobody raises their own role. Ask another admin.");
        }
        return errors;
    }

    private static async Task<bool> IsLastAdminAsync(GatewayDbContext db, Caller caller, Membership row, CancellationToken cancellationToken) =>
        row.Role == TenantRole.Admin && !caller.May(ApiScopeNames.Own)
        && !await db.Memberships.AnyAsync(m => m.Role == TenantRole.Admin && m.PersonId != row.PersonId, cancellationToken);

    private async Task<AdminResult<MemberView>> SaveAsync(
        GatewayDbContext db, Caller caller, string action, Membership row, Person who, MemberView before, MemberView? after, CancellationToken cancellationToken)
    {
        AuditTrail.Note(db, caller, time.GetUtcNow(), action, new(row.PersonId, who.Email), Rights(before), Rights(after));
        return await Saving.TryAsync<MemberView>(db, cancellationToken) ?? AdminResult.Done(after ?? before);
    }

    /// <summary>When somebody last signed in is theirs, and nothing that an admin did.</summary>
    private static object? Rights(MemberView? view) => view is null ? null : new { view.Email, view.Role };
}
