using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

/// <summary>How far the removal of a tenant is.</summary>
public sealed record RemovalProgress(string Step, long Rows);

/// <summary>
/// Removes what is a tenant's, in small batches, so that no other tenant waits. First what holds it in memory, then its rows (of
/// every table that is a tenant's, as the model knows them), then its files, then the tenant itself.
/// </summary>
public sealed partial class TenantRemoval
{
    private const string Marked = "tenant.removal:";
    private const int Batch = 500;
    private static readonly MethodInfo ClearMethod = typeof(TenantRemoval).GetMethod(nameof(ClearAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private readonly ISystemDbFactory _databases;
    private readonly IEnumerable<ITenantRemoval> _holders;
    private readonly ICatalog _catalog;
    private readonly ApiKeyLookup _keys;
    private readonly ILogger<TenantRemoval> _logger;
    private readonly ConcurrentDictionary<Guid, Lazy<Task>> _running = new();
    private readonly ConcurrentDictionary<Guid, RemovalProgress> _progress = new();

    internal TenantRemoval(ISystemDbFactory databases, IEnumerable<ITenantRemoval> holders, ICatalog catalog, ApiKeyLookup keys, ILogger<TenantRemoval> logger) =>
        (_databases, _holders, _catalog, _keys, _logger) = (databases, holders, catalog, keys, logger);

    /// <summary>How far it is; null when it is not going on.</summary>
    public RemovalProgress? Progress(Guid tenant) => _progress.GetValueOrDefault(tenant);

    /// <summary>Goes on with removals that a restart cut off, or that failed; the number of them.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.Create();
        var names = await db.InstallationValues.Where(v => v.Name.StartsWith(Marked)).Select(v => v.Name).ToListAsync(cancellationToken);
        foreach (var name in names) await StartAsync(Guid.Parse(name[Marked.Length..])).WaitAsync(cancellationToken);
        return names.Count;
    }

    /// <summary>Starts it, or joins the one that goes on.</summary>
    internal Task StartAsync(Guid tenant) => _running.GetOrAdd(tenant, id => new(() => Task.Run(() => RemoveAsync(id)))).Value;

    internal static void Mark(GatewayDbContext db, Guid tenant) => db.InstallationValues.Add(new() { Name = Marked + tenant, Value = "" });

    internal static Task<bool> IsMarkedAsync(GatewayDbContext db, Guid tenant, CancellationToken cancellationToken)
    {
        var name = Marked + tenant;
        return db.InstallationValues.AnyAsync(v => v.Name == name, cancellationToken);
    }

    private async Task RemoveAsync(Guid tenant)
    {
        try
        {
            LogStarted(tenant);
            Tell(tenant, "Closing its connections", 0);
            foreach (var holder in _holders) await holder.RemoveAsync(tenant, CancellationToken.None);
            var sessions = await ClearConversationsAsync(tenant);
            await ClearTablesAsync(tenant);
            Tell(tenant, "Removing its files", 0);
            // what came in between: an answer on its way, an index written behind the messages
            foreach (var holder in _holders) await holder.RemoveAsync(tenant, CancellationToken.None);
            foreach (var batch in sessions.Chunk(Batch)) await ClearEntriesAsync(tenant, batch);
            await ClearConversationsAsync(tenant);
            await ClearTablesAsync(tenant);
            await using var db = _databases.Create();
            await db.WriteAsync(d => d.Tenants.Where(t => t.Id == tenant).ExecuteDeleteAsync(), CancellationToken.None);
            await db.WriteAsync(d => d.InstallationValues.Where(v => v.Name == Marked + tenant).ExecuteDeleteAsync(), CancellationToken.None);
            _keys.Forget();
            await _catalog.ReloadAsync(CancellationToken.None);
            LogRemoved(tenant, _progress.GetValueOrDefault(tenant)?.Rows ?? 0);
        }
        finally
        {
            _progress.TryRemove(tenant, out _);
            _running.TryRemove(tenant, out _);
        }
    }

    /// <summary>Messages have no index by tenant: one walk over their key finds them, which nobody waits for.</summary>
    private async Task<List<Guid>> ClearConversationsAsync(Guid tenant)
    {
        await using var db = _databases.Create();
        var created = await db.Tenants.Where(t => t.Id == tenant).Select(t => (DateTimeOffset?)t.CreatedAt).FirstOrDefaultAsync();
        var last = created is { } since ? MessagePosition.At(since.AddDays(-1)) : 0;
        while (await db.Messages.Where(m => m.Position > last && m.TenantId == tenant).OrderBy(m => m.Position).Select(m => m.Position).Take(Batch).ToListAsync() is { Count: > 0 } found)
        {
            last = found[^1];
            await CountAsync(tenant, "Removing its messages", db.WriteAsync(d => d.Messages.Where(m => found.Contains(m.Position)).ExecuteDeleteAsync(), CancellationToken.None));
        }

        List<Guid> removed = [];
        while (await db.Sessions.Where(s => s.TenantId == tenant).Select(s => s.Id).Take(Batch).ToListAsync() is { Count: > 0 } sessions)
        {
            await ClearEntriesAsync(tenant, sessions);
            await CountAsync(tenant, "Removing its sessions", db.WriteAsync(d => d.Sessions.Where(s => sessions.Contains(s.Id)).ExecuteDeleteAsync(), CancellationToken.None));
            removed.AddRange(sessions);
        }

        return removed;
    }

    private async Task ClearEntriesAsync(Guid tenant, IReadOnlyCollection<Guid> sessions)
    {
        await using var db = _databases.Create();
        await CountAsync(tenant, "Removing its sessions", db.WriteAsync(d => d.SessionEntries.Where(e => sessions.Contains(e.SessionId)).ExecuteDeleteAsync(), CancellationToken.None));
    }

    private async Task ClearTablesAsync(Guid tenant)
    {
        await using var db = _databases.Create();
        foreach (var table in db.Model.GetEntityTypes().Where(t => typeof(ITenantOwned).IsAssignableFrom(t.ClrType) && t.ClrType != typeof(Message)))
            await CountAsync(tenant, "Removing its configuration", (Task<int>)ClearMethod.MakeGenericMethod(table.ClrType).Invoke(this, [tenant])!);
    }

    private async Task<int> ClearAsync<T>(Guid tenant)
        where T : class, ITenantOwned
    {
        await using var db = _databases.Create();
        var (all, removed) = (0, 0);
        do
        {
            removed = await db.WriteAsync(d => d.Set<T>().Where(r => r.TenantId == tenant).Take(Batch).ExecuteDeleteAsync(), CancellationToken.None);
            all += removed;
        }
        while (removed == Batch);
        return all;
    }

    private async Task CountAsync(Guid tenant, string step, Task<int> removing) => Tell(tenant, step, await removing);

    private void Tell(Guid tenant, string step, long rows) => _progress.AddOrUpdate(tenant, _ => new(step, rows), (_, before) => new(step, before.Rows + rows));

    [LoggerMessage(7111, LogLevel.Information, "Removing tenant {Tenant} with everything that is its")]
    private partial void LogStarted(Guid tenant);

    [LoggerMessage(7112, LogLevel.Information, "Tenant {Tenant} is removed: {Rows} rows and its files")]
    private partial void LogRemoved(Guid tenant, long rows);
}
