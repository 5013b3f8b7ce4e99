using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Routing;

/// <summary>
/// Keeps the rules' counters over restarts: reads them at start, writes what was added every ten seconds and at stop. After a crash up to ten
/// seconds of hits are missing; nothing depends on them.
/// </summary>
internal sealed partial class RuleHitKeeper(ISystemDbFactory databases, RuleHits hits, TimeProvider time, ILogger<RuleHitKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TrySaveAsync(cancellationToken);
    }

    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        await foreach (var row in db.RuleHits.AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
            hits.Counter(row.TenantId, row.RuleId).Restore(row.Hits, row.LastAt);
    }

    internal async Task SaveAsync(CancellationToken cancellationToken)
    {
        var changed = hits.All.Where(c => c.Unsaved > 0).ToDictionary(c => c.Rule);
        if (changed.Count == 0) return;
        await using var db = databases.Create();
        var rows = (await db.RuleHits.ToListAsync(cancellationToken)).ToDictionary(r => r.RuleId);
        List<(RuleCounter Counter, long Hits)> saved = [];
        foreach (var counter in changed.Values)
        {
            var more = counter.Unsaved;
            if (!rows.TryGetValue(counter.Rule, out var row)) db.RuleHits.Add(row = new() { RuleId = counter.Rule, TenantId = counter.Tenant });
            (row.Hits, row.LastAt) = (row.Hits + more, counter.LastAt ?? row.LastAt);
            saved.Add((counter, more));
        }

        await db.SaveChangesAsync(cancellationToken);
        foreach (var (counter, more) in saved) counter.Saved(more);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TrySaveAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the last of them are saved by StopAsync
        }
    }

    /// <summary>What cannot be saved now is saved with the next.</summary>
    private async Task TrySaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SaveAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotSaved(e);
        }
    }

    [LoggerMessage(1402, LogLevel.Warning, "How often the rules decided could not be saved and is saved later")]
    private partial void LogNotSaved(Exception cause);
}
