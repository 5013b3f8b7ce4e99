using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Idempotency;

/// <summary>What a request with an <c>Idempotency-Key</c> met.</summary>
public enum IdempotencyState
{
    /// <summary>It is the first: do it, then complete or abandon.</summary>
    First,

    /// <summary>It was done; give the remembered answer.</summary>
    Done,

    /// <summary>The first one is still under way.</summary>
    UnderWay,

    /// <summary>The key was used with another body.</summary>
    OtherBody,
}

/// <summary>The outcome of <see cref="IdempotencyStore.BeginAsync"/>; status, location, ETag and body are the remembered answer's.</summary>
public sealed record IdempotencyTicket(IdempotencyState State, Guid Id, int Status = 0, string? Location = null, string? ETag = null, string? Body = null);

/// <summary>Remembers answers to requests with an <c>Idempotency-Key</c>, 24 hours per key and path. Bodies are encrypted: they may show a new secret.</summary>
public sealed class IdempotencyStore(ITenantDbFactory databases, IDataProtectionProvider protection, TimeProvider time)
{
    private const int ForgetPage = 200;
    private const char TagEnd = '\n';
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>A first request that has not ended by then died with its node.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(5);
    private readonly IDataProtector _protector = protection.CreateProtector("OpenClaw.Idempotency");

    /// <summary>Claims the key for this request, or tells what it met.</summary>
    public async Task<IdempotencyTicket> BeginAsync(Guid tenant, Guid apiKey, string path, string key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{apiKey:N}\n{path}\n{key}"));
        var bodyHash = SHA256.HashData(body.Span);
        await RemoveOldAsync(tenant, hash, cancellationToken);
        await using var db = databases.Create(tenant);
        if (await FindAsync(db, hash, cancellationToken) is { } known) return Met(known, bodyHash);
        var row = new IdempotentRequest { Id = RowId.New(time.GetUtcNow()), KeyHash = hash, BodyHash = bodyHash, CreatedAt = time.GetUtcNow() };
        db.IdempotentRequests.Add(row);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return new(IdempotencyState.First, row.Id);
        }
        catch (DbUpdateException fault) when (Saving.IsDuplicate(fault))
        {
            db.ChangeTracker.Clear();
            return await FindAsync(db, hash, cancellationToken) is { } other ? Met(other, bodyHash) : new(IdempotencyState.UnderWay, Guid.Empty);
        }
    }

    /// <summary>Remembers the answer.</summary>
    public Task CompleteAsync(Guid tenant, Guid ticket, int status, string? location, string? tag, string body, CancellationToken cancellationToken)
    {
        var text = _protector.Protect(string.IsNullOrEmpty(tag) ? body : tag + TagEnd + body);
        return WriteAsync(tenant, d => d.IdempotentRequests.Where(r => r.Id == ticket)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.Status, status).SetProperty(r => r.Location, location).SetProperty(r => r.Body, text), cancellationToken), cancellationToken);
    }

    /// <summary>It was not done: the key is free again.</summary>
    public Task AbandonAsync(Guid tenant, Guid ticket, CancellationToken cancellationToken) =>
        WriteAsync(tenant, d => d.IdempotentRequests.Where(r => r.Id == ticket).ExecuteDeleteAsync(cancellationToken), cancellationToken);

    /// <summary>Forgets answers whose body or location says something; their keys are free again. How many.</summary>
    public async Task<int> ForgetAsync(Guid tenant, Func<string, bool> says, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(says);
        await using var db = databases.Create(tenant);
        var forgotten = 0;
        var last = Guid.Empty;
        while (await db.IdempotentRequests.AsNoTracking().Where(r => r.Id > last && r.Status != 0).OrderBy(r => r.Id).Take(ForgetPage).ToListAsync(cancellationToken) is { Count: > 0 } rows)
        {
            last = rows[^1].Id;
            var ids = rows.Where(r => (r.Location is { } location && says(location)) || Says(r, says)).Select(r => r.Id).ToList();
            if (ids.Count > 0) forgotten += await db.WriteAsync(d => d.IdempotentRequests.Where(r => ids.Contains(r.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }

        return forgotten;
    }

    /// <summary>One that cannot be read any more is of no use to anybody.</summary>
    private bool Says(IdempotentRequest row, Func<string, bool> says)
    {
        try
        {
            return Remembered(row).Body is { } body && says(body);
        }
        catch (CryptographicException)
        {
            return true;
        }
    }

    /// <summary>A tag is before the body, in a line of its own: it begins with a quote, which no answer of the API does.</summary>
    private IdempotencyTicket Remembered(IdempotentRequest row)
    {
        var text = row.Body is null ? null : _protector.Unprotect(row.Body);
        var end = text is ['"', ..] ? text.IndexOf(TagEnd, StringComparison.Ordinal) : -1;
        return new(IdempotencyState.Done, row.Id, row.Status, row.Location, end > 0 ? text![..end] : null, end > 0 ? text![(end + 1)..] : text);
    }

    private IdempotencyTicket Met(IdempotentRequest row, byte[] bodyHash)
    {
        if (!CryptographicOperations.FixedTimeEquals(row.BodyHash, bodyHash)) return new(IdempotencyState.OtherBody, row.Id);
        return row.Status == 0 ? new(IdempotencyState.UnderWay, row.Id) : Remembered(row);
    }

    private static Task<IdempotentRequest?> FindAsync(GatewayDbContext db, byte[] hash, CancellationToken cancellationToken) =>
        db.IdempotentRequests.AsNoTracking().FirstOrDefaultAsync(r => r.KeyHash == hash, cancellationToken);

    private Task RemoveOldAsync(Guid tenant, byte[] hash, CancellationToken cancellationToken)
    {
        var old = time.GetUtcNow() - KeptFor;
        var dead = time.GetUtcNow() - Abandoned;
        return WriteAsync(
            tenant,
            d => d.IdempotentRequests.Where(r => r.CreatedAt < old || (r.KeyHash == hash && r.Status == 0 && r.CreatedAt < dead)).ExecuteDeleteAsync(cancellationToken),
            cancellationToken);
    }

    private async Task WriteAsync(Guid tenant, Func<GatewayDbContext, Task<int>> statement, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        await db.WriteAsync(statement, cancellationToken);
    }
}
