using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Begins replays of many dead letters; what they do then goes on in the background, and over restarts.</summary>
public sealed class StartReplay
{
    /// <summary>The share that may fail again in a step of the canary where nobody says otherwise.</summary>
    public const double DefaultStopShare = 0.2;

    private const double MaxRate = 10_000;
    private static readonly string[] Fields = [.. ReplaySelection.Fields, "agent", "shadow", "canary", "ratePerSecond", "stopShare"];
    private readonly ITenantDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly IReplayStart _start;
    private readonly TimeProvider _time;

    internal StartReplay(ITenantDbFactory databases, ICatalog catalog, IReplayStart start, TimeProvider time) => (_databases, _catalog, _start, _time) = (databases, catalog, start, time);

    /// <summary>What the same input would replay. Nothing is changed.</summary>
    public async Task<AdminResult<ReplayCount>> CountAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        var (row, selection, errors) = Read(caller, input);
        if (errors.Any) return AdminResult.Invalid<ReplayCount>(errors);
        await using var db = _databases.Create(caller.Tenant);
        var all = await selection.On(db.DeadLetters.AsNoTracking(), row.StartedAt)
            .Select(d => new { d.Risk, d.ChannelId, d.FirstAt, d.LastAt, Gone = !db.Sessions.Any(s => s.Id == d.SessionId) })
            .GroupBy(d => new { d.Risk, d.ChannelId, d.Gone })
            .Select(g => new { g.Key.Risk, g.Key.ChannelId, g.Key.Gone, Count = g.Count(), First = g.Min(d => d.FirstAt), Last = g.Max(d => d.LastAt) }).ToListAsync(cancellationToken);
        var counts = all.FindAll(c => !c.Gone && _catalog.FindChannel(c.ChannelId) is not null);
        return AdminResult.Done(new ReplayCount
        {
            NotReplayable = all.Sum(c => c.Count) - counts.Sum(c => c.Count),
            Total = counts.Sum(c => c.Count),
            WouldReplay = counts.Where(c => row.Shadow || !selection.LeavesOut(c.Risk)).Sum(c => c.Count),
            NeverSent = Of(DeadLetterRisks.NeverSent), Unknown = Of(DeadLetterRisks.Unknown), Sent = Of(DeadLetterRisks.Sent),
            Channels = [.. counts.GroupBy(c => c.ChannelId).Select(g => new ReplayChannelCount(g.Key, _catalog.FindChannel(g.Key)?.Name, g.Sum(c => c.Count))).OrderByDescending(c => c.Count)],
            Oldest = counts.Count == 0 ? null : counts.Min(c => c.First),
            Newest = counts.Count == 0 ? null : counts.Max(c => c.Last),
        });

        int Of(string risk) => counts.Where(c => c.Risk == risk).Sum(c => c.Count);
    }

    /// <summary>
    /// Begins <c>{ids|group|since,until|stage,channel,failedAgent,cause, agent?,shadow?,canary?,ratePerSecond?,includeUnknown?,includeSent?,stopShare?}</c>.
    /// </summary>
    public async Task<AdminResult<ReplayView>> RunAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        var (row, selection, errors) = Read(caller, input);
        if (errors.Any) return AdminResult.Invalid<ReplayView>(errors);
        await using var db = _databases.Create(caller.Tenant);
        db.Replays.Add(row);
        AuditTrail.Note(db, caller, row.StartedAt, "replay.started", new(row.Id, null),
            after: new { ids = selection.Ids?.Count, selection.Group, selection.Stage, selection.Channel, selection.FailedAgent, selection.Cause, selection.Since, selection.Until, selection.IncludeUnknown, selection.IncludeSent, agent = row.AgentId, row.Shadow, row.Canary, row.StopShare, row.RatePerSecond });
        await db.SaveChangesAsync(cancellationToken);
        _start.Kick(row.Id);
        return AdminResult.Done(ReplayQueries.ToView(row, _catalog));
    }

    private (Replay Row, ReplaySelection Selection, FieldErrors Errors) Read(Caller caller, JsonElement input)
    {
        var document = Document.Merge([], input, Fields);
        var selection = ReplaySelection.Read(document);
        var now = _time.GetUtcNow();
        var (agent, shadow, canary) = (document.Id("agent"), document.Flag("shadow", absent: false), document.Flag("canary", absent: false));
        if (agent is { } chosen && LetterObstacles.Of(caller.Tenant, chosen, _catalog) is { } fault) document.Errors.Add("agent", fault);
        var row = new Replay
        {
            Id = RowId.New(now), TenantId = caller.Tenant, State = ReplayStates.Preparing, Selection = selection.ToJson(), AgentId = agent, Shadow = shadow, Canary = canary,
            StopShare = Fraction(input, "stopShare", canary ? DefaultStopShare : 1, 1, document.Errors), RatePerSecond = Fraction(input, "ratePerSecond", 0, MaxRate, document.Errors),
            StartedBy = caller.Name, StartedAt = now,
        };
        return (row, selection, document.Errors);
    }

    private static double Fraction(JsonElement input, string field, double absent, double max, FieldErrors errors)
    {
        if (input.ValueKind != JsonValueKind.Object || !input.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= 0 && number <= max) return number;
        errors.Add(field, $"Must be a number from 0 to {max:0}.");
        return absent;
    }
}
