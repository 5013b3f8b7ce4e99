using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Identity.Live;

/// <summary>A sign-in as its person sees it.</summary>
internal sealed record SignInView(Guid Id, string Device, string? Address, string Method, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt);

/// <summary>
/// The sign-ins that hold: a row each, so that they can be listed and ended from anywhere. A request or circuit is asked about every
/// few seconds at most; on this node an end is told at once.
/// </summary>
internal sealed class LiveSignIns(ISystemDbFactory databases, TimeProvider time) : ISignInWatch
{
    /// <summary>The claim that tells one sign-in from another.</summary>
    public const string Claim = "sid";

    /// <summary>How long a sign-in holds without use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>How old an answer about a sign-in may be.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(4);

    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, Known> _known = new();
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _ended = new();
    private long _cleanedAt;

    /// <summary>Told the id of a sign-in that has just ended on this node.</summary>
    public event Action<Guid>? Ended;

    public static Guid? IdOf(ClaimsPrincipal? principal) => Guid.TryParse(principal?.FindFirstValue(Claim), out var id) ? id : null;

    /// <summary>Makes the row; its id goes into the cookie.</summary>
    public async Task<Guid> BeginAsync(Guid person, string method, string? address, string? device, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new SignIn
        {
            Id = Guid.CreateVersion7(now), PersonId = person, CreatedAt = now, LastSeenAt = now, ExpiresAt = now + Lifetime, Method = method, Address = address, Device = device,
        };
        await using var db = databases.Create();
        db.SignIns.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        await db.WriteAsync(d => d.Users.Where(p => p.Id == person).ExecuteUpdateAsync(s => s.SetProperty(p => p.LastSignInAt, now), cancellationToken), cancellationToken);
        await CleanAsync(db, now, cancellationToken);
        return row.Id;
    }

    /// <summary>
    /// Whether the sign-in of that principal holds and its person is still there. <paramref name="used"/> keeps it from running out.
    /// </summary>
    public ValueTask<bool> IsLiveAsync(ClaimsPrincipal user, bool used, CancellationToken cancellationToken)
    {
        if (IdOf(user) is not { } id || TenantAccess.IdOf(user) is not { } person || _ended.ContainsKey(id)) return new(false);
        var now = time.GetUtcNow();
        if (_known.TryGetValue(id, out var known) && known.Person == person && now - known.AskedAt < Freshness && (!used || now - known.SeenAt < SeenEvery)) return new(true);
        return AskAsync(id, person, used, now, cancellationToken);
    }

    /// <summary>The person's sign-ins that hold, the last used first.</summary>
    public async Task<IReadOnlyList<SignInView>> ListAsync(Guid person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = databases.Create();
        var rows = await db.SignIns.AsNoTracking().Where(s => s.PersonId == person && s.EndedAt == null && s.ExpiresAt > now).ToListAsync(cancellationToken);
        return rows.OrderByDescending(s => s.LastSeenAt).Select(s => new SignInView(s.Id, DeviceWords.Of(s.Device), s.Address, s.Method, s.CreatedAt, s.LastSeenAt)).ToList();
    }

    /// <summary>Ends one sign-in of that person; false when it is not theirs or has ended.</summary>
    public async Task<bool> EndAsync(Guid person, Guid id, CancellationToken cancellationToken) =>
        (await EndWhereAsync(person, s => s.Where(x => x.Id == id), cancellationToken)).Count > 0;

    /// <summary>Ends all sign-ins of that person but one; how many.</summary>
    public async Task<int> EndAllAsync(Guid person, Guid? except, CancellationToken cancellationToken) =>
        (await EndWhereAsync(person, s => s.Where(x => x.Id != except), cancellationToken)).Count;

    void ISignInWatch.Ended(IReadOnlyCollection<Guid> signIns)
    {
        var now = time.GetUtcNow();
        foreach (var id in signIns) Tell(id, now);
    }

    private async Task<IReadOnlyList<Guid>> EndWhereAsync(Guid person, Func<IQueryable<SignIn>, IQueryable<SignIn>> which, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = databases.Create();
        var rows = which(db.SignIns.Where(s => s.PersonId == person && s.EndedAt == null));
        var ids = await rows.Select(s => s.Id).ToListAsync(cancellationToken);
        await db.WriteAsync(_ => rows.Where(s => ids.Contains(s.Id)).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedAt, now), cancellationToken), cancellationToken);
        foreach (var id in ids) Tell(id, now);
        return ids;
    }

    private void Tell(Guid id, DateTimeOffset now)
    {
        foreach (var old in _ended.Where(e => e.Value < now)) _ended.TryRemove(old);
        _ended[id] = now + Lifetime;
        _known.TryRemove(id, out _);
        Ended?.Invoke(id);
    }

    private async ValueTask<bool> AskAsync(Guid id, Guid person, bool used, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var row = await db.SignIns.AsNoTracking().FirstOrDefaultAsync(
            s => s.Id == id && s.PersonId == person && s.EndedAt == null && s.ExpiresAt > now && db.Users.Any(p => p.Id == person), cancellationToken);
        if (row is null)
        {
            _known.TryRemove(id, out _);
            return false;
        }

        var seen = row.LastSeenAt;
        if (used && now - seen >= SeenEvery)
        {
            seen = now;
            await db.WriteAsync(
                d => d.SignIns.Where(s => s.Id == id && s.EndedAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.LastSeenAt, now).SetProperty(x => x.ExpiresAt, now + Lifetime), cancellationToken),
                cancellationToken);
        }

        if (_known.Count >= MaxRemembered) _known.Clear();
        _known[id] = new(person, now, seen);
        return true;
    }

    /// <summary>Rows come by sign-ins alone, so that is when old ones go.</summary>
    private async Task CleanAsync(GatewayDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = Interlocked.Read(ref _cleanedAt);
        if (now.UtcTicks - last < CleanEvery.Ticks || Interlocked.CompareExchange(ref _cleanedAt, now.UtcTicks, last) != last) return;
        var before = now - KeptAfterEnd;
        await db.WriteAsync(d => d.SignIns.Where(s => s.ExpiresAt < before || s.EndedAt < before).ExecuteDeleteAsync(cancellationToken), cancellationToken);
    }

    private sealed record Known(Guid Person, DateTimeOffset AskedAt, DateTimeOffset SeenAt);
}
