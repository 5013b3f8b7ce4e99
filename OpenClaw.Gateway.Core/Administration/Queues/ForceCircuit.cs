using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Queues;

/// <summary>Holds a circuit open or closed against its own judgement, or lets go of it.</summary>
public sealed class ForceCircuit
{
    /// <summary>It decides itself again.</summary>
    public const string Auto = "auto";

    /// <summary>The longest time, in minutes: a week.</summary>
    public const double MaxMinutes = 10_080;

    private readonly ITenantDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly QueueQueries _queues;
    private readonly TimeProvider _time;

    internal ForceCircuit(ITenantDbFactory databases, ICatalog catalog, QueueQueries queues, TimeProvider time) => (_databases, _catalog, _queues, _time) = (databases, catalog, queues, time);

    /// <summary>Done, not found, or invalid.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="subject">The channel or agent.</param>
    /// <param name="state"><c>open</c>, <c>closed</c> or <c>auto</c>.</param>
    /// <param name="reason">Why, for those who wonder; needed unless <c>auto</c>.</param>
    /// <param name="minutes">For how long; null = until somebody lets go.</param>
    /// <param name="cancellationToken">Gives up before it is saved.</param>
    public async Task<AdminResult<CircuitItem>> RunAsync(Caller caller, Guid subject, string? state, string? reason, double? minutes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        if (SubjectRow.Find(_catalog, caller.Tenant, subject) is not { } found) return AdminResult.NotFound<CircuitItem>();
        var errors = SubjectRow.CheckReason(reason);
        if (state is not ("open" or "closed" or Auto)) errors.Add("state", "Must be open, closed or auto.");
        else if (state != Auto && string.IsNullOrWhiteSpace(reason)) errors.Add("reason", "A reason is needed: others will wonder.");
        if (minutes is { } time && !(time is > 0 and <= MaxMinutes)) errors.Add("minutes", $"Must be more than 0 and at most {MaxMinutes:0} (a week); leave it out for no end.");
        else if (minutes is not null && state == Auto) errors.Add("minutes", "Goes only with open or closed.");
        if (errors.Any) return AdminResult.Invalid<CircuitItem>(errors);
        using (await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken))
        {
            await using var db = _databases.Create(caller.Tenant);
            var row = await SubjectRow.LoadAsync(db, subject, found.Kind, cancellationToken);
            var (now, before) = (_time.GetUtcNow(), Parts(row));
            Set(row, state!, reason, minutes, caller, now);
            AuditTrail.Note(db, caller, now, state == Auto ? "circuit.released" : "circuit.forced", new(subject, found.Name), before, Parts(row));
            await db.SaveChangesAsync(cancellationToken);
        }

        await _catalog.ReloadAsync(CancellationToken.None);
        return (await _queues.GetAsync(caller.Tenant, subject, CancellationToken.None))?.Circuit is { } circuit ? AdminResult.Done(circuit) : AdminResult.NotFound<CircuitItem>();
    }

    private static void Set(SubjectState row, string state, string? reason, double? minutes, Caller caller, DateTimeOffset now)
    {
        if (state == Auto)
        {
            (row.Forced, row.ForcedReason, row.ForcedBy, row.ForcedAt, row.ForcedUntil) = (null, null, null, null, null);
            return;
        }

        row.Forced = state == "open" ? CircuitState.Open : CircuitState.Closed;
        (row.ForcedReason, row.ForcedBy, row.ForcedAt, row.ForcedUntil) = (reason!.Trim(), caller.Name, now, minutes is { } span ? now.AddMinutes(span) : null);
    }

    private static JsonObject Parts(SubjectState row) => new()
    {
        ["circuit"] = row.Forced is { } state ? QueueWords.Of(state) : Auto, ["reason"] = row.ForcedReason, ["until"] = row.ForcedUntil,
    };
}
