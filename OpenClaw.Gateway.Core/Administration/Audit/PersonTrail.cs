using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Audit;

/// <summary>Who is meant by an entry about sign-ins and accounts.</summary>
/// <param name="Person">The person; null when no account has the name.</param>
/// <param name="Name">Their address, or what was typed in its place.</param>
/// <param name="Address">The client's address.</param>
public sealed record PersonActor(Guid? Person, string Name, string? Address);

/// <summary>
/// Notes what people do with their own accounts and sign-ins: in every tenant of theirs, so that its admins see it; with none, in the
/// installation's own trail. Passwords and codes never come here.
/// </summary>
public sealed class PersonTrail(ISystemDbFactory databases, TimeProvider time)
{
    /// <summary>Writes it. <paramref name="before"/> and <paramref name="after"/> hold what differs and no secret.</summary>
    public async Task NoteAsync(string action, PersonActor actor, object? before = null, object? after = null, Guid? target = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var db = databases.Create();
        var tenants = actor.Person is { } id ? await db.Memberships.Where(m => m.PersonId == id).Select(m => m.TenantId).ToListAsync(cancellationToken) : [];
        if (tenants.Count == 0) tenants.Add(Guid.Empty);
        var now = time.GetUtcNow();
        foreach (var tenant in tenants)
        {
            var caller = new Caller(tenant, ActorKind.Person, actor.Person ?? Guid.Empty, actor.Name, [], actor.Address);
            AuditTrail.Note(db, caller, now, action, new(target ?? actor.Person ?? Guid.Empty, actor.Name), before, after);
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Notes what somebody did to another's account, in the caller's own tenant.</summary>
    public async Task NoteForAsync(Caller caller, string action, Guid person, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await using var db = databases.Create();
        AuditTrail.Note(db, caller, time.GetUtcNow(), action, new(person, name));
        await db.SaveChangesAsync(cancellationToken);
    }
}
