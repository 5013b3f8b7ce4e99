using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Storage;

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
        var row = await db.ApiKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Hash == hash, cancellationToken);
        if (row is null || !CryptographicOperations.FixedTimeEquals(row.Hash, hash)) return null;
        if (row.ExpiresAt <= now) return null;
        if (row.LastUsedAt is null || now - row.LastUsedAt >= UseWrittenEvery)
            await WriteUseAsync(db, row.Id, now, cancellationToken);
        return new(new(row.Id, row.TenantId, row.Name, row.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)), row.ExpiresAt, now + RememberedFor);
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

    [LoggerMessage(7201, LogLevel.Warning, "The use of API key {Key} could not be noted")]
    private static partial void LogUseNotWritten(ILogger logger, Exception fault, Guid key);

    private sealed record Known(ApiKeyIdentity Identity, DateTimeOffset? ExpiresAt, DateTimeOffset Until);
}
