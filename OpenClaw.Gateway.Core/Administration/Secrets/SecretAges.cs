using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Secrets;

/// <summary>How old a secret is. <c>Resource</c> is <c>channel</c>, <c>agent</c>, <c>event-webhook</c> or <c>api-key</c>; <c>Name</c> is the secret's own.</summary>
public sealed record SecretAge(string Resource, Guid Owner, string OwnerName, string Name, DateTimeOffset Since, DateTimeOffset? ExpiresAt = null);

/// <summary>All that should be exchanged from time to time: secrets of channels and agents, and API keys.</summary>
public sealed class SecretAges(ITenantDbFactory databases)
{
    /// <summary>The oldest first.</summary>
    public async Task<IReadOnlyList<SecretAge>> ListAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        await using var db = databases.Create(caller.Tenant);
        var channels = await db.Channels.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellationToken);
        var agents = await db.Agents.AsNoTracking().ToDictionaryAsync(a => a.Id, a => a.Name, cancellationToken);
        var webhooks = await db.EventWebhooks.AsNoTracking().ToDictionaryAsync(w => w.Id, w => w.Name, cancellationToken);
        var secrets = await db.Secrets.AsNoTracking().Select(s => new { s.OwnerId, s.Name, s.UpdatedAt }).ToListAsync(cancellationToken);
        var found = new List<SecretAge>();
        foreach (var secret in secrets)
        {
            if (channels.TryGetValue(secret.OwnerId, out var channel)) found.Add(new("channel", secret.OwnerId, channel, secret.Name, secret.UpdatedAt));
            else if (agents.TryGetValue(secret.OwnerId, out var agent)) found.Add(new("agent", secret.OwnerId, agent, secret.Name, secret.UpdatedAt));
            else if (webhooks.TryGetValue(secret.OwnerId, out var webhook)) found.Add(new("event-webhook", secret.OwnerId, webhook, secret.Name, secret.UpdatedAt));
        }
        found.AddRange(await KeysAsync(db, cancellationToken));
        return [.. found.OrderBy(s => s.Since)];
    }

    /// <summary>A key is as old as its last rotation, which only the audit remembers.</summary>
    private static async Task<IEnumerable<SecretAge>> KeysAsync(GatewayDbContext db, CancellationToken cancellationToken)
    {
        var keys = await db.ApiKeys.AsNoTracking().Select(k => new { k.Id, k.Name, k.Prefix, k.CreatedAt, k.ExpiresAt }).ToListAsync(cancellationToken);
        var rotated = await db.Audit.AsNoTracking().Where(e => e.Action == "api-key.rotated").Select(e => new { e.TargetId, e.At }).ToListAsync(cancellationToken);
        var last = rotated.GroupBy(r => r.TargetId).ToDictionary(g => g.Key, g => g.Max(r => r.At));
        return keys.Select(k => new SecretAge("api-key", k.Id, k.Name, $"{k.Prefix}…", last.TryGetValue(k.Id, out var at) ? at : k.CreatedAt, k.ExpiresAt));
    }
}
