using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Invites people into a tenant by a link. Whoever has the link may take the place, so only its hash is kept.</summary>
public sealed class Invitations(ITenantDbFactory databases, GatewayOptions options, TimeProvider time)
{
    /// <summary>Days that a link works where nobody says otherwise.</summary>
    public const int DefaultDays = 7;

    /// <summary>The most.</summary>
    public const int MaxDays = 30;

    /// <summary>The invitations that were not taken, newest first.</summary>
    public async Task<Page<InvitationView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var query = db.Invitations.AsNoTracking().Where(i => i.AcceptedAt == null);
        if (Cursor.Parse(page.After) is { Id: var last }) query = query.Where(i => i.Id < last);
        var rows = await query.OrderByDescending(i => i.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        var now = time.GetUtcNow();
        return new([.. rows.Select(i => InvitationView.Of(i, now))], more ? new Cursor(0, rows[^1].Id).ToString() : null);
    }

    /// <summary>Makes an invitation; the link is in the answer and nowhere else. Faults are told for <c>email</c>, <c>role</c> and <c>days</c>.</summary>
    public async Task<AdminResult<InvitationView>> CreateAsync(Caller caller, NewInvitation input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(input);
        caller.Demand(ApiScopeNames.Configure);
        var errors = new FieldErrors();
        var email = input.Email?.Trim() ?? "";
        if (!EmailRule.Fits(email)) errors.Add("email", EmailRule.Fault);
        if (!RoleGrants.TryRead(input.Role, out var role)) errors.Add("role", RoleGrants.RoleFault);
        else RoleGrants.Check(caller, role, errors);
        CheckDays(input.Days, errors);
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        await using var db = databases.Create(caller.Tenant);
        if (!errors.Any) await CheckEmailAsync(db, email, errors, cancellationToken);
        if (errors.Any) return AdminResult.Invalid<InvitationView>(errors);
        var now = time.GetUtcNow();
        var token = LinkToken.Make();
        var row = new Invitation
        {
            Id = RowId.New(now), Email = email, Role = role, TokenHash = LinkToken.Hash(token)!, InvitedBy = caller.Name,
            CreatedAt = now, ExpiresAt = now.AddDays(input.Days ?? DefaultDays),
        };
        db.Invitations.Add(row);
        AuditTrail.Note(db, caller, now, "invitation.created", new(row.Id, row.Email), after: InvitationView.Of(row, now));
        if (await Saving.TryAsync<InvitationView>(db, cancellationToken) is { } failure) return failure;
        return Done(row, now, token);
    }

    /// <summary>Makes a new link with a new term; the old one stops working.</summary>
    public async Task<AdminResult<InvitationView>> RenewAsync(Caller caller, Guid invitation, int? days = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        var errors = new FieldErrors();
        CheckDays(days, errors);
        if (errors.Any) return AdminResult.Invalid<InvitationView>(errors);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Invitations.FirstOrDefaultAsync(i => i.Id == invitation && i.AcceptedAt == null, cancellationToken);
        if (row is null) return AdminResult.NotFound<InvitationView>();
        RoleGrants.Check(caller, row.Role, errors);
        if (errors.Any) return AdminResult.Invalid<InvitationView>(errors);
        var now = time.GetUtcNow();
        var before = InvitationView.Of(row, now);
        var token = LinkToken.Make();
        (row.TokenHash, row.ExpiresAt) = (LinkToken.Hash(token)!, now.AddDays(days ?? DefaultDays));
        AuditTrail.Note(db, caller, now, "invitation.renewed", new(row.Id, row.Email), before, InvitationView.Of(row, now));
        if (await Saving.TryAsync<InvitationView>(db, cancellationToken) is { } failure) return failure;
        return Done(row, now, token);
    }

    /// <summary>Takes an invitation back; its link stops working.</summary>
    public async Task<AdminResult<Guid>> RevokeAsync(Caller caller, Guid invitation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var row = await db.Invitations.FirstOrDefaultAsync(i => i.Id == invitation && i.AcceptedAt == null, cancellationToken);
        if (row is null) return AdminResult.NotFound<Guid>();
        var now = time.GetUtcNow();
        AuditTrail.Note(db, caller, now, "invitation.revoked", new(row.Id, row.Email), before: InvitationView.Of(row, now));
        db.Invitations.Remove(row);
        return await Saving.TryAsync<Guid>(db, cancellationToken) ?? AdminResult.Done(invitation);
    }

    private static void CheckDays(int? days, FieldErrors errors)
    {
        if (days is < 1 or > MaxDays) errors.Add("days", "A whole number from 1 to 30.");
    }

    private async Task CheckEmailAsync(GatewayDbContext db, string email, FieldErrors errors, CancellationToken cancellationToken)
    {
        var normalized = EmailRule.Normalize(email);
        if (await db.Memberships.AnyAsync(m => db.Users.Any(p => p.Id == m.PersonId && p.NormalizedEmail == normalized), cancellationToken))
            errors.Add("email", "This person is a member already.");
        var now = time.GetUtcNow();
        var open = await db.Invitations.Where(i => i.AcceptedAt == null && i.ExpiresAt > now).Select(i => i.Email).ToListAsync(cancellationToken);
        if (open.Contains(email, StringComparer.OrdinalIgnoreCase)) errors.Add("email", "There is an open invitation for this address. Renew it for a new link, or revoke it.");
    }

    private AdminResult<InvitationView> Done(Invitation row, DateTimeOffset now, string token) =>
        AdminResult.Done(InvitationView.Of(row, now) with { Link = options.At("account/invitation/" + token) });
}
