using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.ApiKeys;

/// <summary>Whom a presented key stands for.</summary>
public sealed record ApiKeyIdentity(Guid Id, Guid Tenant, string Name, IReadOnlyList<string> Scopes);

/// <summary>
/// Finds who presents a key. By the key's SHA-256, so that how long it takes says nothing about the key; remembered for a few
/// seconds, so that a busy script does not ask the database each time.
/// </summary>
public sealed partial class ApiKeyLookup(ISystemDbFactory databases, TimeProvider time, ILogger<ApiKeyLookup> logger)
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UseWrittenEvery = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, Known> _known = new();

    /// <summary>The identity, or null when there is no such key or it has expired.</summary>
    public async ValueTask<ApiKeyIdentity?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!ApiKeySecret.IsWellFormed(key)) return null;
        var hash = ApiKeySecret.Hash(key);
        var name = Convert.ToHexString(hash);
        var now = time.GetUtcNow();
        if (!_known.TryGetValue(name, out var known) || known.Until <= now)
        {
            if (await LoadAsync(hash, now, cancellationToken) is not { } loaded)
            {
                _known.TryRemove(name, out _);
                return null;
            }
            if (_known.Count >= MaxRemembered) _known.Clear();
            _known[name] = known = loaded;
        }
        return known.ExpiresAt <= now ? null : known.Identity;
    }

    /// <summary>Keys were changed: nothing remembered holds.</summary>
    public void Forget() => _known.Clear();

    private async Task<Known?> LoadAsync(byte[] hash, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var row = await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Hash == hash || k.PreviousHash == hash, cancellationToken);
        if (row is null || EndOf(row, hash) is not (true, var ends) || ends <= now) return null;
        if (row.LastUsedAt is null || now - row.LastUsedAt >= UseWrittenEvery)
            await WriteUseAsync(db, row.Id, now, cancellationToken);
        return new(new(row.Id, row.TenantId, row.Name, row.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)), ends, now + RememberedFor);
    }

    /// <summary>Whether the hash is the key's, or that of its former value, and when that stops working.</summary>
    private static (bool Is, DateTimeOffset? Ends) EndOf(ApiKey row, byte[] hash)
    {
        if (CryptographicOperations.FixedTimeEquals(row.Hash, hash)) return (true, row.ExpiresAt);
        if (row.PreviousHash is not { } former || !CryptographicOperations.FixedTimeEquals(former, hash) || row.PreviousUntil is not { } until) return (false, null);
        return (true, row.ExpiresAt < until ? row.ExpiresAt : until);
    }

    /// <summary>With a full disk people shall still be let in to see it.</summary>
    private async Task WriteUseAsync(GatewayDbContext db, Guid key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await db.WriteAsync(d => d.ApiKeys.Where(k => k.Id == key).ExecuteUpdateAsync(s => s.SetProperty(k => k.LastUsedAt, now), cancellationToken), cancellationToken);
        }
        catch (DbException fault)
        {
            LogUseNotWritten(logger, fault, key);
        }
    }

    [LoggerMessage(7251, LogLevel.Warning, "The use of API key {Key} could not be noted")]
    private static partial void LogUseNotWritten(ILogger logger, Exception fault, Guid key);

    private sealed record Known(ApiKeyIdentity Identity, DateTimeOffset? ExpiresAt, DateTimeOffset Until);
}
