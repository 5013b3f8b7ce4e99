using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Members;

namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>All that goes with an account. Named here row by row, so that nothing hangs on what a database does by itself.</summary>
internal static class PersonRemoval
{
    public static async Task StageAsync(PersonStep step, CancellationToken cancellationToken)
    {
        var (db, id) = (step.Db, step.Person.Id);
        await step.EndSignInsAsync(cancellationToken);
        foreach (var place in step.Places) step.Note(place.TenantId, "member.removed", before: new { step.Person.Email, role = MemberView.Word(place.Role) });
        step.Note(Guid.Empty, "person.removed", before: new { step.Person.Email, step.Person.Name, owner = step.Person.IsOwner, tenants = step.Places.Select(p => p.TenantId) });
        await RevokeInvitationsAsync(step, cancellationToken);
        db.RemoveRange(step.Places);
        db.RemoveRange(await db.SignIns.Where(s => s.PersonId == id).ToListAsync(cancellationToken));
        db.RemoveRange(await db.Set<IdentityUserPasskey<Guid>>().Where(k => k.UserId == id).ToListAsync(cancellationToken));
        db.RemoveRange(await db.UserTokens.Where(t => t.UserId == id).ToListAsync(cancellationToken));
        db.RemoveRange(await db.UserLogins.Where(l => l.UserId == id).ToListAsync(cancellationToken));
        db.RemoveRange(await db.UserClaims.Where(c => c.UserId == id).ToListAsync(cancellationToken));
        db.RemoveRange(await db.SavedFilters.Where(f => f.PersonId == id).ToListAsync(cancellationToken));
        db.Users.Remove(step.Person);
    }

    /// <summary>Else the person would be back with the next click on an old link.</summary>
    private static async Task RevokeInvitationsAsync(PersonStep step, CancellationToken cancellationToken)
    {
        var email = EmailRule.Normalize(step.Person.Email ?? "");
        var open = await step.Db.Invitations.Where(i => i.AcceptedAt == null).ToListAsync(cancellationToken);
        foreach (var row in open.Where(i => EmailRule.Normalize(i.Email) == email))
        {
            step.Note(row.TenantId, "invitation.revoked", before: new { row.Email, role = MemberView.Word(row.Role) });
            step.Db.Invitations.Remove(row);
        }
    }
}
