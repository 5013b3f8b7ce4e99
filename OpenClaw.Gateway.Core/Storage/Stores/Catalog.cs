using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>
/// What is configured, as an immutable snapshot. A model keeps its identity over a reload when nothing of it has changed:
/// those who hold one compare by reference to see whether to build anew.
/// </summary>
internal sealed partial class Catalog(ISystemDbFactory databases, SecretProtector protector, TimeProvider time, ILogger<Catalog> logger) : ICatalog, IDisposable
{
    private readonly SemaphoreSlim _reloading = new(1);
    private volatile CatalogSnapshot _snapshot = CatalogSnapshot.Empty;
    private ITimer? _expiry;

    public event Action? Changed;

    public IReadOnlyCollection<TenantModel> Tenants => _snapshot.Tenants.Values;

    public IReadOnlyCollection<ChannelModel> Channels => _snapshot.Channels.Values;

    public TenantModel? FindTenant(Guid id) => _snapshot.Tenants.GetValueOrDefault(id);

    public TenantModel? FindTenant(string slug) => _snapshot.Slugs.GetValueOrDefault(slug);

    public ChannelModel? FindChannel(Guid id) => _snapshot.Channels.GetValueOrDefault(id);

    public AgentModel? FindAgent(Guid id) => _snapshot.Agents.GetValueOrDefault(id);

    public RuleSetModel FindRules(Guid tenant) => _snapshot.Rules.GetValueOrDefault(tenant) ?? RuleSetModel.Empty;

    public PoolModel? FindPool(Guid id) => _snapshot.Pools.GetValueOrDefault(id);

    public PoolModel? FindPool(Guid tenant, string name) => _snapshot.PoolNames.GetValueOrDefault((tenant, name.ToUpperInvariant()));

    public IntentSetModel FindIntents(Guid tenant) => _snapshot.Intents.GetValueOrDefault(tenant) ?? IntentSetModel.Empty;

    public IReadOnlyCollection<AgentModel> Agents => _snapshot.Agents.Values;

    public AgentModel? FindAgent(Guid tenant, string name) => _snapshot.Names.GetValueOrDefault((tenant, name.ToUpperInvariant()));

    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            await using var db = databases.Create();
            var rows = new CatalogRows(
                await db.Tenants.AsNoTracking().ToListAsync(cancellationToken),
                await db.Settings.AsNoTracking().ToDictionaryAsync(s => s.TenantId, cancellationToken),
                await db.Channels.AsNoTracking().ToListAsync(cancellationToken),
                await db.Agents.AsNoTracking().ToListAsync(cancellationToken),
                (await db.Secrets.AsNoTracking().ToListAsync(cancellationToken)).ToLookup(s => s.OwnerId),
                await RuleRows.LoadAsync(db, _snapshot.Rules, cancellationToken),
                await db.SubjectStates.AsNoTracking().ToDictionaryAsync(s => s.SubjectId, cancellationToken),
                await db.Pools.AsNoTracking().ToListAsync(cancellationToken),
                await IntentRows.LoadAsync(db, _snapshot.Intents, (owner, rows) => Open(rows).GetValueOrDefault(IntentRows.KeyName), cancellationToken));
            _snapshot = new CatalogBuilder(rows, _snapshot, Open).Build();
            ScheduleExpiry(rows.Secrets);
        }
        finally
        {
            _reloading.Release();
        }
        Changed?.Invoke();
    }

    public void Dispose()
    {
        _expiry?.Dispose();
        _reloading.Dispose();
    }

    /// <summary>The readable secrets of an owner. One that cannot be read is left out and told: the rest of the gateway works on.</summary>
    private FrozenDictionary<string, string> Open(IEnumerable<Secret> rows)
    {
        var now = time.GetUtcNow();
        var opened = new Dictionary<string, string>();
        foreach (var row in rows)
        {
            if (TryOpen(row) is not { } value) continue;
            opened[row.Name] = value.Value;
            if (value.PreviousAt(now) is { } previous) opened[SecretNames.Previous(row.Name)] = previous;
        }
        return opened.ToFrozenDictionary();
    }

    private SecretValue? TryOpen(Secret row)
    {
        try
        {
            return protector.Unprotect(row);
        }
        catch (CryptographicException fault)
        {
            LogUnreadable(logger, fault, row.Name, row.OwnerId, row.TenantId);
            return null;
        }
    }

    /// <summary>A rotated secret's former value goes when its time is over, without anybody saving anything.</summary>
    private void ScheduleExpiry(ILookup<Guid, Secret> secrets)
    {
        _expiry?.Dispose();
        _expiry = null;
        var now = time.GetUtcNow();
        var ends = secrets.SelectMany(s => s).Select(TryOpen).Where(v => v?.PreviousUntil > now).Select(v => v!.PreviousUntil!.Value).Order().ToList();
        if (ends.Count == 0) return;
        var wait = TimeSpan.FromTicks(Math.Min((ends[0] - now).Ticks + TimeSpan.TicksPerSecond, TimeSpan.TicksPerDay));
        _expiry = time.CreateTimer(_ => _ = ExpireAsync(), null, wait, Timeout.InfiniteTimeSpan);
    }

    private async Task ExpireAsync()
    {
        try
        {
            await ReloadAsync(CancellationToken.None);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogExpiryFailed(logger, fault);
            _expiry?.Change(TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        }
    }
}
