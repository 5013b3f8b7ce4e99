using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>
/// Makes coarse rows of fine ones, and removes those that have been kept long enough. A coarse row is always made of all fine ones of its span, so that it may
/// be made again. Each node rolls up its own rows, and those of nodes that fell silent.
/// </summary>
internal sealed class MetricRollUp(ISystemDbFactory databases, string node, TimeProvider time)
{
    private const int Batch = 256;

    /// <summary>Fine rows that are read at once: so many spans of the coarse ones.</summary>
    private const int SpansAtOnce = 10;

    /// <summary>Whoever wrote nothing for so long has ended.</summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan ClearEvery = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Node, int Resolution), DateTimeOffset> _done = [];
    private DateTimeOffset _lookedForSilent;
    private DateTimeOffset _cleared;
    private IReadOnlyList<string> _nodes = [node];

    /// <summary>Rolls up what has ended since the last time, and clears away; the number of rows made.</summary>
    /// <param name="until">Up to when all rows of this node are written.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    public async Task<int> RunAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var made = 0;
        if (time.GetUtcNow() - _lookedForSilent > SilentAfter) await FindSilentAsync(cancellationToken);
        foreach (var resolution in MetricResolution.All.Skip(1))
            foreach (var of in _nodes)
                made += await RollUpAsync(of, resolution, resolution.Floor(Min(until, time.GetUtcNow())), cancellationToken);
        if (time.GetUtcNow() - _cleared < ClearEvery) return made;
        _cleared = time.GetUtcNow();
        foreach (var resolution in MetricResolution.All) await ClearAsync(resolution, cancellationToken);
        return made;
    }

    private async Task FindSilentAsync(CancellationToken cancellationToken)
    {
        _lookedForSilent = time.GetUtcNow();
        var (finest, before, own) = (MetricResolution.Finest.Seconds, time.GetUtcNow() - SilentAfter, node);
        await using var db = databases.Create();
        var last = await db.MetricPoints.Where(p => p.Resolution == finest && p.Node != own).GroupBy(p => p.Node).Select(g => new { Node = g.Key, At = g.Max(p => p.At) }).ToListAsync(cancellationToken);
        _nodes = [node, .. last.Where(n => n.At < before).Select(n => n.Node)];
    }

    private async Task<int> RollUpAsync(string of, MetricResolution resolution, DateTimeOffset end, CancellationToken cancellationToken)
    {
        if (!_done.TryGetValue((of, resolution.Seconds), out var from)) from = await BeginAsync(of, resolution, cancellationToken);
        var made = 0;
        while (from < end)
        {
            var until = Min(from + (resolution.Span * SpansAtOnce), end);
            made += await MakeAsync(of, resolution, from, until, cancellationToken);
            _done[(of, resolution.Seconds)] = from = until;
        }

        return made;
    }

    /// <summary>The newest row there is, which may not have had all of its span; else as far back as the finer ones reach.</summary>
    private async Task<DateTimeOffset> BeginAsync(string of, MetricResolution resolution, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var (seconds, oldest) = (resolution.Seconds, resolution.Floor(time.GetUtcNow() - resolution.Finer!.Kept) + resolution.Span);
        var last = await db.MetricPoints.Where(p => p.Resolution == seconds && p.Node == of && p.At >= oldest).OrderByDescending(p => p.At).Select(p => (DateTimeOffset?)p.At).FirstOrDefaultAsync(cancellationToken);
        return last is { } at && at < time.GetUtcNow() ? at : oldest;
    }

    private async Task<int> MakeAsync(string of, MetricResolution resolution, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (fine, seconds) = (resolution.Finer!.Seconds, resolution.Seconds);
        await using var db = databases.Create();
        var rows = await db.MetricPoints.AsNoTracking().Where(p => p.Resolution == fine && p.At >= from && p.At < until && p.Node == of).ToListAsync(cancellationToken);
        if (rows.Count == 0) return 0;
        var there = (await db.MetricPoints.Where(p => p.Resolution == seconds && p.At >= from && p.At < until && p.Node == of).ToListAsync(cancellationToken))
            .ToDictionary(p => (p.At, new MetricKey(p.TenantId, p.Measure, p.Subject)));
        var changed = 0;
        foreach (var span in rows.GroupBy(r => resolution.Floor(r.At)))
        {
            var fold = new MetricFold();
            foreach (var row in span) fold.Merge(row);
            foreach (var (key, sum) in fold.Sums)
            {
                if (!there.TryGetValue((span.Key, key), out var point))
                {
                    point = new() { TenantId = key.Tenant, Measure = key.Measure, Subject = key.Subject, Resolution = seconds, At = span.Key, Node = of };
                    db.MetricPoints.Add(point);
                }

                sum.Fill(point);
                if (++changed % Batch == 0) await db.SaveChangesAsync(cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return changed;
    }

    /// <summary>Along the index by time, a little at a time.</summary>
    private async Task ClearAsync(MetricResolution resolution, CancellationToken cancellationToken)
    {
        var (seconds, before) = (resolution.Seconds, resolution.Floor(time.GetUtcNow() - resolution.Kept));
        await using var db = databases.Create();
        while (await db.MetricPoints.Where(p => p.Resolution == seconds && p.At < before).OrderBy(p => p.At).Select(p => (DateTimeOffset?)p.At).FirstOrDefaultAsync(cancellationToken) is { } oldest)
        {
            var until = Min(oldest + (resolution.Span * SpansAtOnce), before);
            await db.WriteAsync(d => d.MetricPoints.Where(p => p.Resolution == seconds && p.At < until).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
