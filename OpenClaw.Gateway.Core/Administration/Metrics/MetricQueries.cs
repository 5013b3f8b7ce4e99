using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Metrics;

/// <summary>Reads the figures that are kept, for charts: of a tenant, or of the installation.</summary>
public sealed class MetricQueries
{
    private readonly ISystemDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;

    internal MetricQueries(ISystemDbFactory databases, ICatalog catalog, TimeProvider time) => (_databases, _catalog, _time) = (databases, catalog, time);

    /// <summary>Of the caller's tenant, one view for each measure, in their order.</summary>
    public Task<IReadOnlyList<MetricView>> OfTenantAsync(Caller caller, MetricRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        // the installation has no tenant to read as
        if (caller.Tenant == Guid.Empty) throw new ForbiddenException(ApiScopeNames.Read);
        return ReadAsync(caller.Tenant, request, cancellationToken);
    }

    /// <summary>Of the installation: its nodes, and what tenants have to do, by tenant.</summary>
    public Task<IReadOnlyList<MetricView>> OfInstallationAsync(Caller caller, MetricRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        return ReadAsync(Guid.Empty, request, cancellationToken);
    }

    private async Task<IReadOnlyList<MetricView>> ReadAsync(Guid tenant, MetricRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Measures.FirstOrDefault(m => !MetricNames.All.ContainsKey(m)) is { } unknown)
            throw new InvalidInputException("measure", $"There is no measure '{unknown}'. There are: {string.Join(", ", MetricNames.All.Keys.Order(StringComparer.Ordinal))}.");
        var now = _time.GetUtcNow();
        var steps = MetricSteps.Of(request.From, request.To, request.Step, now);
        var recorded = new double[steps.Count];
        var lines = request.Measures.ToDictionary(m => m, _ => new Dictionary<(Guid, string), MetricCells>(), StringComparer.Ordinal);
        await using var db = _databases.Create();
        foreach (var (resolution, from, to) in steps.Parts(now))
        {
            await CountRecordedAsync(db, steps, recorded, resolution, from, to, cancellationToken);
            foreach (var (measure, cells) in lines)
            {
                var rows = db.MetricPoints.AsNoTracking().Where(p => p.TenantId == tenant && p.Measure == measure && p.Resolution == resolution && p.At >= from && p.At < to);
                if (request.Subject is { } subject) rows = rows.Where(p => p.Subject == subject);
                await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellationToken)) CellsOf(cells, request.By, measure, steps, row).Add(row);
            }
        }

        return [.. request.Measures.Select(m => View(m, request, steps, recorded, lines[m]))];
    }

    /// <summary>How many seconds of each step somebody counted: nodes tell of themselves every ten seconds.</summary>
    private static async Task CountRecordedAsync(GatewayDbContext db, MetricSteps steps, double[] recorded, int resolution, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var beats = await db.MetricPoints.AsNoTracking().Where(p => p.TenantId == Guid.Empty && p.Measure == MetricNames.NodeProcessor && p.Resolution == resolution && p.At >= from && p.At < to)
            .Select(p => new { p.At, p.Count }).ToListAsync(cancellationToken);
        foreach (var beat in beats.GroupBy(b => b.At))
        {
            var index = steps.IndexOf(beat.Key);
            if (index >= 0 && index < recorded.Length) recorded[index] += Math.Min(resolution, beat.Max(b => b.Count) * MetricResolution.Finest.Seconds);
        }
    }

    private static MetricCells CellsOf(Dictionary<(Guid, string), MetricCells> lines, string by, string measure, MetricSteps steps, MetricPoint row)
    {
        var key = by switch
        {
            MetricSplits.Subject => (row.Subject, ""),
            MetricSplits.Node => (Guid.Empty, row.Node),
            _ => (Guid.Empty, ""),
        };
        if (!lines.TryGetValue(key, out var cells)) lines.Add(key, cells = new(MetricNames.All[measure], steps));
        return cells;
    }

    private MetricView View(string measure, MetricRequest request, MetricSteps steps, double[] recorded, Dictionary<(Guid Subject, string Node), MetricCells> lines)
    {
        // not split, there is always one line: of zeros, where nothing happened
        if (request.By == MetricSplits.None && lines.Count == 0) lines.Add((Guid.Empty, ""), new(MetricNames.All[measure], steps));
        var whole = recorded.Sum();
        var series = lines.OrderByDescending(l => l.Value.Weight).ThenBy(l => l.Key.Subject).ThenBy(l => l.Key.Node, StringComparer.Ordinal)
            .Select(l => new MetricSeriesView(l.Key.Subject == Guid.Empty ? null : l.Key.Subject, NameOf(request.By, l.Key.Subject, l.Key.Node), l.Value.Total(whole), l.Value.Points(recorded)));
        return new(measure, KindOf(measure), steps.From, steps.To, steps.Seconds, [.. series]);
    }

    private string? NameOf(string by, Guid subject, string node) => by switch
    {
        MetricSplits.Subject => _catalog.FindChannel(subject)?.Name ?? _catalog.FindAgent(subject)?.Name ?? _catalog.FindTenant(subject)?.Name,
        MetricSplits.Node => node,
        _ => null,
    };

    private static string KindOf(string measure) => MetricNames.All[measure] switch
    {
        MetricKind.Duration => "duration",
        MetricKind.Level => "level",
        _ => "count",
    };
}
