using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>A link by which a person chooses a new password, and until when it works.</summary>
internal sealed record ResetLink(Uri Address, DateTimeOffset ExpiresAt);

/// <summary>
/// One-time links for a new password. Nothing is stored: a link carries the person, its end and a print of the account's security
/// stamp, encrypted; a new password changes the stamp, and with it every older link stops working.
/// </summary>
internal sealed class ResetLinks(ISystemDbFactory databases, IDataProtectionProvider protection, GatewayOptions options, PersonTrail trail, TimeProvider time)
{
    /// <summary>How long a link by mail works.</summary>
    public static readonly TimeSpan ByMail = TimeSpan.FromHours(1);

    /// <summary>How long one works that an admin hands over.</summary>
    public static readonly TimeSpan ByHand = TimeSpan.FromHours(24);

    private const int PrintLength = 16;
    private readonly IDataProtector _protector = protection.CreateProtector("OpenClaw.Identity.Reset");

    /// <summary>Makes a link for that person, who is known to be entitled to it.</summary>
    public ResetLink Make(Person person, TimeSpan life)
    {
        var ends = time.GetUtcNow() + life;
        var bytes = new byte[16 + sizeof(long) + PrintLength];
        person.Id.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), ends.ToUnixTimeSeconds());
        PrintOf(person).CopyTo(bytes.AsSpan(24));
        return new(options.At($"{PortalPaths.Reset}/{Base64Url.EncodeToString(_protector.Protect(bytes))}"), ends);
    }

    /// <summary>
    /// An admin's link for a member of their tenant, or the owner's for anybody. Null when there is no such person within the caller's
    /// reach. An admin makes none for an owner of the installation nor for a member of a tenant that the admin does not manage: a
    /// password opens all of a person's tenants.
    /// </summary>
    public async Task<ResetLink?> MakeAsync(Caller caller, Guid person, CancellationToken cancellationToken = default)
    {
        caller.Demand(caller.Tenant == Guid.Empty ? ApiScopeNames.Own : ApiScopeNames.Configure);
        await using var db = databases.Create();
        var row = await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.Id == person, cancellationToken);
        if (row is null || !await IsWithinReachAsync(db, caller, row, cancellationToken)) return null;
        var link = Make(row, ByHand);
        await trail.NoteForAsync(caller, "password.reset-link-made", row.Id, row.Email ?? "", cancellationToken);
        return link;
    }

    /// <summary>The person that a link is for; null when it is broken, too old, or a password was set since.</summary>
    public async Task<Person?> FindAsync(string? token, CancellationToken cancellationToken = default)
    {
        if (Open(token) is not { } bytes || DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(16))) <= time.GetUtcNow()) return null;
        var id = new Guid(bytes.AsSpan(0, 16), bigEndian: true);
        await using var db = databases.Create();
        var person = await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancellationToken);
        return person is not null && CryptographicOperations.FixedTimeEquals(PrintOf(person), bytes.AsSpan(24)) ? person : null;
    }

    private static async Task<bool> IsWithinReachAsync(GatewayDbContext db, Caller caller, Person person, CancellationToken cancellationToken)
    {
        if (caller.May(ApiScopeNames.Own)) return true;
        if (person.IsOwner) return false;
        var places = await db.Memberships.Where(m => m.PersonId == person.Id).Select(m => m.TenantId).ToListAsync(cancellationToken);
        if (!places.Contains(caller.Tenant)) return false;
        var managed = await db.Memberships.Where(m => m.PersonId == caller.Id && m.Role == TenantRole.Admin).Select(m => m.TenantId).ToListAsync(cancellationToken);
        return !places.Except([.. managed, caller.Tenant]).Any();
    }

    private byte[]? Open(string? token)
    {
        if (token is not { Length: > 0 and <= 512 } || !Base64Url.IsValid(token)) return null;
        try
        {
            return _protector.Unprotect(Base64Url.DecodeFromChars(token)) is { Length: 16 + sizeof(long) + PrintLength } bytes ? bytes : null;
        }
        catch (CryptographicException)
        {
            return null; // not ours, or changed on the way
        }
    }

    private static byte[] PrintOf(Person person) => SHA256.HashData(Encoding.UTF8.GetBytes(person.SecurityStamp ?? ""))[..PrintLength];
}
