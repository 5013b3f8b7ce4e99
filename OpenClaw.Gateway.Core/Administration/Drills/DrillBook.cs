using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Drills;

/// <summary>
/// The drills that are on. What is asked for each call is one look into a table that is empty while none is on; what a drill has hit is
/// counted in memory and written down behind it. A drill is over at its time to the moment, whether anybody has noted that yet or not.
/// </summary>
public sealed class DrillBook : IDrills
{
    private readonly ISystemDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile FrozenDictionary<Guid, RunningDrill> _running = FrozenDictionary<Guid, RunningDrill>.Empty;

    internal DrillBook(ISystemDbFactory databases, ICatalog catalog, TimeProvider time) => (_databases, _catalog, _time) = (databases, catalog, time);

    /// <summary>Raised when a drill began or ended, on the thread that did so; handlers must be quick.</summary>
    public event Action? Changed;

    /// <summary>The drills of a tenant that are on here and now: read from memory, for pages that look every second.</summary>
    public IReadOnlyList<DrillView> Active(Guid tenant)
    {
        var running = _running;
        if (running.Count == 0) return [];
        var now = _time.GetUtcNow();
        return [.. running.Values.Where(d => d.Row.TenantId == tenant && IsOn(d, now)).OrderBy(d => d.Row.Id).Select(d => DrillView.Of(d.Row, _catalog, now, d.Hits))];
    }

    /// <inheritdoc />
    public DrillStep? Next(SubjectKind kind, Guid subject) =>
        _running.TryGetValue(subject, out var drill) && drill.Row.Kind == kind && IsOn(drill, _time.GetUtcNow()) ? drill.Next(kind == SubjectKind.Agent ? TimeoutOf(subject) : null) : null;

    /// <summary>At start: those that a restart interrupted go on until their time.</summary>
    internal async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = _databases.Create();
        foreach (var row in await db.Drills.AsNoTracking().Where(d => d.EndedAt == null).ToListAsync(cancellationToken)) Put(row);
    }

    internal RunningDrill? Find(Guid drill) => _running.Values.FirstOrDefault(d => d.Row.Id == drill);

    internal void Put(Drill row)
    {
        lock (_lock) _running = _running.Append(new(row.SubjectId, new(row))).ToFrozenDictionary();
        Changed?.Invoke();
    }

    internal void Take(RunningDrill drill)
    {
        lock (_lock) _running = _running.Where(d => d.Value != drill).ToFrozenDictionary();
        Changed?.Invoke();
    }

    /// <summary>Writes down what was hit, and ends what is over: by time, or because its subject is no test any more. The number of those that go on.</summary>
    internal async Task<int> KeepAsync(CancellationToken cancellationToken)
    {
        foreach (var drill in _running.Values)
        {
            var now = _time.GetUtcNow();
            if (IsOn(drill, now)) await CountAsync(drill, cancellationToken);
            else await EndAsync(drill, now, cancellationToken);
        }

        return _running.Count;
    }

    internal static bool IsTest(ICatalog catalog, SubjectKind kind, Guid subject) =>
        kind == SubjectKind.Agent ? catalog.FindAgent(subject)?.IsTest == true : catalog.FindChannel(subject)?.IsTest == true;

    private bool IsOn(RunningDrill drill, DateTimeOffset now) => now < drill.Row.Until && IsTest(_catalog, drill.Row.Kind, drill.Row.SubjectId);

    private async Task CountAsync(RunningDrill drill, CancellationToken cancellationToken)
    {
        var hits = drill.Hits;
        if (hits == drill.Row.Hits) return;
        await using var db = _databases.Create();
        await db.WriteAsync(d => d.Drills.Where(r => r.Id == drill.Row.Id).ExecuteUpdateAsync(s => s.SetProperty(r => r.Hits, hits), cancellationToken), cancellationToken);
        drill.Row.Hits = hits;
    }

    private async Task EndAsync(RunningDrill drill, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create();
        if (await db.Drills.FirstOrDefaultAsync(d => d.Id == drill.Row.Id && d.EndedAt == null, cancellationToken) is { } row)
        {
            var before = DrillView.Of(row, _catalog, row.StartedAt);
            (row.EndedAt, row.Hits) = (now < row.Until ? now : row.Until, drill.Hits);
            var view = DrillView.Of(row, _catalog, now);
            AuditTrail.Note(db, Caller.System(row.TenantId), now, "drill.ended", new(row.Id, view.Name), before, view);
            await db.SaveChangesAsync(cancellationToken);
        }

        Take(drill);
    }

    /// <summary>How long the agent's own kind waits for an answer; null where the kind has no such setting.</summary>
    private TimeSpan? TimeoutOf(Guid agent) =>
        _catalog.FindAgent(agent) is { } model && model.Settings.ValueKind == JsonValueKind.Object
            ? model.Settings.TryGetProperty("timeoutSeconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number ? TimeSpan.FromSeconds(seconds.GetDouble())
                : model.Kind == "webhook" ? TimeSpan.FromSeconds(60) : null
            : null;
}
