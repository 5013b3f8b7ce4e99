using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Queues;

/// <summary>Reads what waits for which channel and agent, and how their circuits stand.</summary>
public sealed class QueueQueries
{
    private readonly ITenantDbFactory _databases;
    private readonly ISystemDbFactory _all;
    private readonly ICatalog _catalog;
    private readonly IAgentFigures _figures;
    private readonly QueueDepths _depths;
    private readonly ICircuits? _circuits;
    private readonly TimeProvider _time;

    internal QueueQueries(ITenantDbFactory databases, ISystemDbFactory all, ICatalog catalog, IAgentFigures figures, QueueDepths depths, ICircuits? circuits, TimeProvider time) =>
        (_databases, _all, _catalog, _figures, _depths, _circuits, _time) = (databases, all, catalog, figures, depths, circuits, time);

    /// <summary>All channels and agents of a tenant, those that are held up first, then the longest waiting.</summary>
    public async Task<IReadOnlyList<QueueView>> AllAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        var read = await ReadAsync(tenant, cancellationToken);
        return [.. read.Subjects.Select(s => View(s, read)).OrderByDescending(v => v.IsHeldUp).ThenByDescending(v => v.Depth + v.Replies).ThenBy(v => v.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <summary>Channels and agents, newest first.</summary>
    public async Task<Page<QueueView>> ListAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        var last = Cursor.Parse(page.After)?.Id;
        var read = await ReadAsync(tenant, cancellationToken);
        return Part(read.Subjects.Select(s => View(s, read)), v => v.Id, last, page);
    }

    /// <summary>One channel or agent, or null when the tenant has none of that id.</summary>
    public async Task<QueueView?> GetAsync(Guid tenant, Guid subject, CancellationToken cancellationToken = default)
    {
        var read = await ReadAsync(tenant, cancellationToken);
        return read.Subjects.FirstOrDefault(s => s.Id == subject) is { } found ? View(found, read) : null;
    }

    /// <summary>The circuits of all channels and agents, newest first.</summary>
    public async Task<Page<CircuitItem>> CircuitsAsync(Guid tenant, PageRequest page, CancellationToken cancellationToken = default)
    {
        var last = Cursor.Parse(page.After)?.Id;
        var read = await ReadAsync(tenant, cancellationToken);
        return Part(read.Subjects.Select(s => Circuit(s, read.States.GetValueOrDefault(s.Id))), c => c.Id, last, page);
    }

    /// <summary>What waits in each tenant, the longest waiting first.</summary>
    public async Task<IReadOnlyList<TenantBacklog>> TenantsAsync(CancellationToken cancellationToken = default)
    {
        var sums = await _depths.GetAsync(cancellationToken);
        await using var db = _all.Create();
        var agents = (await db.Agents.AsNoTracking().Select(a => new { a.TenantId, a.Id }).ToListAsync(cancellationToken)).ToLookup(a => a.TenantId, a => a.Id);
        var stopped = (await db.SubjectStates.AsNoTracking().Where(s => s.Flow != SubjectFlow.Running).Select(s => s.TenantId).ToListAsync(cancellationToken)).ToLookup(t => t);
        var channels = _catalog.Channels.ToLookup(c => c.Tenant.Id, c => c.Id);
        return
        [
            .. _catalog.Tenants.Select(t => new TenantBacklog(
                t.Id, t.Slug, t.Name, t.Suspended, Count(sums[t.Id], PendingWork.Handle), sums[t.Id].Where(s => s.Work == PendingWork.Handle).Sum(s => s.Sessions),
                Oldest(sums[t.Id], PendingWork.Handle), Count(sums[t.Id], PendingWork.Send),
                agents[t.Id].Count(a => IsOpen(SubjectKind.Agent, a)) + channels[t.Id].Count(c => IsOpen(SubjectKind.Channel, c)), stopped[t.Id].Count()))
                .OrderByDescending(t => t.Depth + t.Replies).ThenBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    private static Page<T> Part<T>(IEnumerable<T> all, Func<T, Guid> idOf, Guid? last, PageRequest page)
    {
        var rows = all.Where(v => last is null || idOf(v).CompareTo(last.Value) < 0).OrderByDescending(idOf).Take(page.Size + 1).ToList();
        var more = rows.Count > page.Size;
        if (more) rows.RemoveAt(page.Size);
        return new(rows, more ? new Cursor(0, idOf(rows[^1])).ToString() : null);
    }

    private static long Count(IEnumerable<PendingSum> sums, PendingWork work) => sums.Where(s => s.Work == work).Sum(s => s.Count);

    private static DateTimeOffset? Oldest(IEnumerable<PendingSum> sums, PendingWork work) => sums.Where(s => s.Work == work).Select(s => (DateTimeOffset?)s.OldestAt).Min();

    private async Task<Read> ReadAsync(Guid tenant, CancellationToken cancellationToken)
    {
        var sums = await _depths.GetAsync(cancellationToken);
        await using var db = _databases.Create(tenant);
        var agents = await db.Agents.AsNoTracking().Select(a => a.Id).ToListAsync(cancellationToken);
        var states = await db.SubjectStates.AsNoTracking().ToDictionaryAsync(s => s.SubjectId, cancellationToken);
        List<Subject> subjects =
        [
            .. agents.Select(_catalog.FindAgent).OfType<AgentModel>().Select(a => new Subject(a.Id, SubjectKind.Agent, a.Name, a.Enabled, a.MaxConcurrency, a.Control)),
            .. _catalog.Channels.Where(c => c.Tenant.Id == tenant).Select(c => new Subject(c.Id, SubjectKind.Channel, c.Name, c.Enabled, null, c.Control)),
        ];
        return new(subjects, states, [.. sums[tenant]]);
    }

    private QueueView View(Subject subject, Read read)
    {
        var state = read.States.GetValueOrDefault(subject.Id);
        var mine = read.Sums.Where(s => subject.Kind == SubjectKind.Agent ? s.Agent == subject.Id && s.Work != PendingWork.Send : s.Channel == subject.Id).ToList();
        var handled = mine.Where(s => s.Work == PendingWork.Handle).ToList();
        var circuit = Circuit(subject, state);
        var (messages, sessions) = (handled.Sum(s => s.Count), handled.Sum(s => s.Sessions));
        // what waits for an agent costs no write, so the rows do not know whose it is; its circuit knows at least one message of each session
        if (subject.Kind == SubjectKind.Agent) (messages, sessions) = (Math.Max(messages, circuit.Waiting), Math.Max(sessions, circuit.Waiting));
        var view = new QueueView(
            subject.Id, QueueWords.Of(subject.Kind), subject.Name, subject.Enabled, QueueWords.Of(subject.Control.Flow),
            messages, sessions, Oldest(handled, PendingWork.Handle))
        {
            FlowReason = subject.Control.Flow == SubjectFlow.Running ? null : state?.FlowReason,
            FlowBy = subject.Control.Flow == SubjectFlow.Running ? null : state?.FlowBy,
            FlowAt = subject.Control.Flow == SubjectFlow.Running ? null : state?.FlowAt,
            InFlight = subject.Kind == SubjectKind.Agent ? _figures.FiguresOf(subject.Id).Open : 0,
            Capacity = subject.Capacity,
            LateAnswers = Count(mine, PendingWork.LateAnswer),
            Replies = Count(mine, PendingWork.Send),
            OldestReplyAt = Oldest(mine, PendingWork.Send),
            NextAt = handled.Select(s => s.NextAt).Where(at => at > _time.GetUtcNow()).Min(),
            Circuit = circuit,
        };
        return view with { Waits = [.. QueueSentences.Of(view)] };
    }

    private bool IsOpen(SubjectKind kind, Guid subject) => _circuits?.Of(kind, subject).State is CircuitState.Open or CircuitState.HalfOpen;

    private CircuitItem Circuit(Subject subject, SubjectState? state)
    {
        var now = _circuits?.Of(subject.Kind, subject.Id);
        var forced = subject.Control.Forced is { } held && !(subject.Control.ForcedUntil <= _time.GetUtcNow()) ? held : (CircuitState?)null;
        return new(
            subject.Id, QueueWords.Of(subject.Kind), subject.Name, QueueWords.Of(forced ?? now?.State ?? CircuitState.Closed), now?.Since, forced is null ? now?.ProbeAt : null,
            now?.PausedUntil, now?.Why, now?.Waiting ?? 0)
        {
            Forced = forced is { } name ? QueueWords.Of(name) : null,
            ForcedReason = forced is null ? null : state?.ForcedReason,
            ForcedBy = forced is null ? null : state?.ForcedBy,
            ForcedAt = forced is null ? null : state?.ForcedAt,
            ForcedUntil = forced is null ? null : state?.ForcedUntil,
        };
    }

    private sealed record Subject(Guid Id, SubjectKind Kind, string Name, bool Enabled, int? Capacity, SubjectControl Control);

    private sealed record Read(IReadOnlyList<Subject> Subjects, IReadOnlyDictionary<Guid, SubjectState> States, IReadOnlyList<PendingSum> Sums);
}
