using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>All tenants' endpoints, as an immutable snapshot, and since when which of them fail.</summary>
internal sealed partial class WebhookEndpoints(ISystemDbFactory databases, SecretProtector protector, ILogger<WebhookEndpoints> log) : ITenantRemoval, IDisposable
{
    private readonly SemaphoreSlim _reloading = new(1);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _failing = new();
    private volatile FrozenDictionary<Guid, WebhookEndpoint[]> _enabled = FrozenDictionary<Guid, WebhookEndpoint[]>.Empty;
    private volatile IReadOnlyList<WebhookEndpoint> _all = [];

    /// <summary>The snapshot was replaced.</summary>
    public event Action? Changed;

    /// <summary>Enabled endpoints by tenant.</summary>
    public FrozenDictionary<Guid, WebhookEndpoint[]> Enabled => _enabled;

    /// <summary>That endpoint of the tenant, enabled or not, or null.</summary>
    public WebhookEndpoint? Find(Guid tenant, Guid endpoint) => _all.FirstOrDefault(e => e.Id == endpoint && e.TenantId == tenant);

    /// <summary>Since when every delivery has failed; null while they work.</summary>
    public DateTimeOffset? FailingSince(Guid endpoint) => _failing.TryGetValue(endpoint, out var since) ? since : null;

    /// <summary>Remembers it here; the sender has it stored.</summary>
    public void SetFailing(Guid endpoint, DateTimeOffset? since)
    {
        if (since is { } at) _failing[endpoint] = at;
        else _failing.TryRemove(endpoint, out _);
    }

    /// <summary>Reads them again. Called at the start and after every saved change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            await using var db = databases.Create();
            var rows = await db.EventWebhooks.AsNoTracking().ToListAsync(cancellationToken);
            var ids = rows.ConvertAll(r => r.Id);
            var secrets = await db.Secrets.AsNoTracking().Where(s => ids.Contains(s.OwnerId) && s.Name == SecretNames.SigningSecret).ToDictionaryAsync(s => s.OwnerId, cancellationToken);
            _all = rows.ConvertAll(r => Model(r, secrets.GetValueOrDefault(r.Id)));
            foreach (var row in rows) SetFailing(row.Id, row.FailingSince);
            _enabled = _all.Where(e => e.Enabled).GroupBy(e => e.TenantId).ToFrozenDictionary(g => g.Key, g => g.ToArray());
        }
        finally
        {
            _reloading.Release();
        }

        Changed?.Invoke();
    }

    /// <summary>A removed tenant's endpoints are sent nothing more.</summary>
    public ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        if (!_enabled.ContainsKey(tenant)) return ValueTask.CompletedTask;
        _enabled = _enabled.Where(e => e.Key != tenant).ToFrozenDictionary();
        _all = [.. _all.Where(e => e.TenantId != tenant)];
        Changed?.Invoke();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose() => _reloading.Dispose();

    private WebhookEndpoint Model(EventWebhook row, Secret? secret)
    {
        var types = JsonSerializer.Deserialize<string[]>(row.Types) ?? [];
        return new(row.Id, row.TenantId, row.Name, row.Url, types.ToFrozenSet(StringComparer.Ordinal), Open(secret), row.Enabled, row.DisabledReason, row.Version);
    }

    private SecretValue? Open(Secret? row)
    {
        if (row is null) return null;
        try
        {
            return protector.Unprotect(row);
        }
        catch (CryptographicException fault)
        {
            LogUnreadable(fault, row.OwnerId, row.TenantId);
            return null;
        }
    }

    [LoggerMessage(3101, LogLevel.Error, "The signing secret of event webhook {Webhook} (tenant {Tenant}) cannot be read: nothing is sent to it. Rotate it, or put the former Security:MasterKey back")]
    private partial void LogUnreadable(Exception fault, Guid webhook, Guid tenant);
}
