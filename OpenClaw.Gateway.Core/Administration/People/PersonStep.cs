using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>One change of one account, put together in one context and saved at its end.</summary>
internal sealed class PersonStep(GatewayDbContext db, Caller caller, Person person, IReadOnlyList<Membership> places, DateTimeOffset now)
{
    private readonly List<Guid> _ended = [];

    public GatewayDbContext Db => db;

    public Person Person => person;

    public IReadOnlyList<Membership> Places => places;

    public DateTimeOffset Now => now;

    /// <summary>The sign-ins that end with it.</summary>
    public IReadOnlyCollection<Guid> Ended => _ended;

    /// <summary>Whether the account is the caller's own.</summary>
    public bool IsOwn => caller.Kind == ActorKind.Person && caller.Id == person.Id;

    /// <summary>Whether nobody else owns the installation.</summary>
    public async Task<bool> IsLastOwnerAsync(CancellationToken cancellationToken) =>
        person.IsOwner && !await db.Users.AnyAsync(p => p.IsOwner && p.Id != person.Id, cancellationToken);

    /// <summary>Who read the account before must not save over this.</summary>
    public void Touch() => person.ConcurrencyStamp = Guid.NewGuid().ToString();

    /// <summary>Links for a new password and half-done sign-ins that were made before stop working.</summary>
    public void Restamp()
    {
        Touch();
        person.SecurityStamp = Guid.NewGuid().ToString();
    }

    public async Task EndSignInsAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await db.SignIns.Where(s => s.PersonId == person.Id && s.EndedAt == null).ToListAsync(cancellationToken))
        {
            row.EndedAt = now;
            _ended.Add(row.Id);
        }
    }

    /// <summary>In each tenant of the person, so that its admins see it; with none, in the installation's own trail.</summary>
    public void NoteEverywhere(string action, object? before = null, object? after = null)
    {
        if (places.Count == 0) Note(Guid.Empty, action, before, after);
        foreach (var place in places) Note(place.TenantId, action, before, after);
    }

    /// <summary>In the installation's own trail (<see cref="Guid.Empty"/>) or a tenant's.</summary>
    public void Note(Guid tenant, string action, object? before = null, object? after = null) =>
        AuditTrail.Note(db, caller with { Tenant = tenant }, now, action, new(person.Id, person.Email), before, after);
}
