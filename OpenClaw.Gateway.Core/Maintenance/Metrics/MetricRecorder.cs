using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Maintenance.Metrics;

/// <summary>
/// Keeps what the counters say in the database, for the charts: every ten seconds what was added since is folded into a few rows, which are written beside
/// the road. While the database is away they wait in memory, as many as there is room for, and are written later; a row's key keeps any from being counted
/// twice.
/// </summary>
internal sealed partial class MetricRecorder : ITenantRemoval, IDisposable
{
    /// <summary>Rows that wait for the database: about an hour of 50 busy channels, some 10 MB.</summary>
    private const int MostPending = 50_000;

    /// <summary>Rows in one transaction: on SQLite the journal waits for so many.</summary>
    private const int Batch = 256;

    private readonly ISystemDbFactory _databases;
    private readonly IReadOnlyList<IMetricSource> _sources;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger<MetricRecorder> _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _gone = [];
    private LinkedList<MetricPoint> _pending = [];
    private DateTimeOffset? _last;
    private bool _isDoubtful;
    private long _lost;

    public MetricRecorder(ISystemDbFactory databases, IEnumerable<IMetricSource> sources, ICatalog catalog, string node, TimeProvider time, ILogger<MetricRecorder> log)
    {
        (_databases, _sources, _catalog, _time, _log) = (databases, [.. sources], catalog, time, log);
        Node = node.Length <= 64 ? node : node[..64];
    }

    /// <summary>The node that counts.</summary>
    public string Node { get; }

    /// <summary>Up to when everything that was counted is folded; the beginning of time where nothing is.</summary>
    public DateTimeOffset FoldedUntil
    {
        get
        {
            lock (_lock) return _last is { } last ? last + MetricResolution.Finest.Span : DateTimeOffset.MinValue;
        }
    }

    /// <summary>Rows that wait for the database.</summary>
    public int Pending
    {
        get
        {
            lock (_lock) return _pending.Count;
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Folds what was added since the last time into the span that has just ended. Where that span was written before (the clock went back, or an earlier
    /// run ended in it) everything stays in the counters until the next one.
    /// </summary>
    public void Fold(bool isLast = false)
    {
        if (_last is not { } last) return;
        var finest = MetricResolution.Finest;
        var at = isLast ? finest.Floor(_time.GetUtcNow()) : finest.Floor(_time.GetUtcNow() - (finest.Span / 2));
        if (at <= last) return;
        var fold = new MetricFold();
        foreach (var source in _sources) source.Fold(fold);
        lock (_lock)
        {
            _last = at;
            foreach (var (key, sum) in fold.Sums)
            {
                if (!MayKeep(key)) continue;
                var point = new MetricPoint { TenantId = key.Tenant, Measure = key.Measure, Subject = key.Subject, Resolution = finest.Seconds, At = at, Node = Node };
                sum.Fill(point);
                _pending.AddLast(point);
            }

            for (; _pending.Count > MostPending; _lost++) _pending.RemoveFirst();
        }
    }

    /// <summary>Finds out where an earlier run of the node ended. Before anything is folded.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.Create();
        var (finest, node) = (MetricResolution.Finest.Seconds, Node);
        var last = await db.MetricPoints.Where(p => p.Resolution == finest && p.Node == node).OrderByDescending(p => p.At).Select(p => (DateTimeOffset?)p.At).FirstOrDefaultAsync(cancellationToken);
        // of a clock that went back by more than a span of rows nothing is known
        _last = last is { } at && at <= _time.GetUtcNow() ? at : DateTimeOffset.UnixEpoch;
    }

    /// <summary>Writes what waits; the number of rows.</summary>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var written = 0;
            if (_isDoubtful) await DropWrittenAsync(cancellationToken);
            while (Next() is { Count: > 0 } batch)
            {
                await using var db = _databases.Create();
                db.MetricPoints.AddRange(batch);
                _isDoubtful = true;
                await db.SaveChangesAsync(cancellationToken);
                _isDoubtful = false;
                Drop([.. batch]);
                written += batch.Count;
            }

            TellLost();
            return written;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            lock (_lock)
            {
                _gone.Add(tenant);
                _pending = new(_pending.Where(p => p.TenantId != tenant && (p.TenantId != Guid.Empty || p.Subject != tenant)));
            }

            // along the key, in pieces that nobody waits for
            await using var db = _databases.Create();
            foreach (var measure in MetricNames.All.Keys)
            {
                foreach (var resolution in MetricResolution.All.Select(r => r.Seconds))
                {
                    await db.WriteAsync(d => d.MetricPoints.Where(p => p.TenantId == tenant && p.Measure == measure && p.Resolution == resolution).ExecuteDeleteAsync(cancellationToken), cancellationToken);
                    await db.WriteAsync(d => d.MetricPoints.Where(p => p.TenantId == Guid.Empty && p.Measure == measure && p.Resolution == resolution && p.Subject == tenant).ExecuteDeleteAsync(cancellationToken), cancellationToken);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Nothing is kept of a tenant that is not there: it would outlive its removal.</summary>
    private bool MayKeep(MetricKey key)
    {
        var tenant = key.Tenant != Guid.Empty ? key.Tenant : key.Subject;
        return tenant == Guid.Empty || (!_gone.Contains(tenant) && _catalog.FindTenant(tenant) is not null);
    }

    private List<MetricPoint> Next()
    {
        lock (_lock) return [.. _pending.Take(Batch)];
    }

    private void Drop(HashSet<MetricPoint> written)
    {
        lock (_lock)
            for (var node = _pending.First; node is not null && written.Count > 0;)
            {
                var next = node.Next;
                if (written.Remove(node.Value)) _pending.Remove(node);
                node = next;
            }
    }

    /// <summary>A write that failed may have been stored all the same: what is there is not written again.</summary>
    private async Task DropWrittenAsync(CancellationToken cancellationToken)
    {
        if (Next() is not { Count: > 0 } batch) return;
        var (first, last, finest, node) = (batch.Min(p => p.At), batch.Max(p => p.At), MetricResolution.Finest.Seconds, Node);
        await using var db = _databases.Create();
        var there = await db.MetricPoints.AsNoTracking().Where(p => p.Resolution == finest && p.At >= first && p.At <= last && p.Node == node)
            .Select(p => new { p.TenantId, p.Measure, p.Subject, p.At }).ToListAsync(cancellationToken);
        var known = there.Select(p => (p.TenantId, p.Measure, p.Subject, p.At)).ToHashSet();
        Drop([.. batch.Where(p => known.Contains((p.TenantId, p.Measure, p.Subject, p.At)))]);
        _isDoubtful = false;
    }

    private void TellLost()
    {
        long lost;
        lock (_lock) (lost, _lost) = (_lost, 0);
        if (lost > 0) LogLost(lost);
    }

    [LoggerMessage(1341, LogLevel.Warning, "{Count} rows of figures were given up because the database took none for too long: the charts have a gap")]
    private partial void LogLost(long count);
}
