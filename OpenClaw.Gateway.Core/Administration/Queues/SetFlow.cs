using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Queues;

/// <summary>Pauses, drains and resumes channels and agents. Nothing that was accepted is lost: it waits.</summary>
public sealed class SetFlow
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 400;

    private readonly ITenantDbFactory _databases;
    private readonly ICatalog _catalog;
    private readonly QueueQueries _queues;
    private readonly QueueDepths _depths;
    private readonly TimeProvider _time;

    internal SetFlow(ITenantDbFactory databases, ICatalog catalog, QueueQueries queues, QueueDepths depths, TimeProvider time) =>
        (_databases, _catalog, _queues, _depths, _time) = (databases, catalog, queues, depths, time);

    /// <summary>Done, not found, or invalid (a reason that is too long).</summary>
    /// <param name="caller">Who.</param>
    /// <param name="subject">The channel or agent.</param>
    /// <param name="flow">Whether work flows from now on.</param>
    /// <param name="reason">Why, for those who wonder.</param>
    /// <param name="kind">It must be that; null = either.</param>
    /// <param name="cancellationToken">Gives up before it is saved.</param>
    public async Task<AdminResult<QueueView>> RunAsync(Caller caller, Guid subject, SubjectFlow flow, string? reason, SubjectKind? kind = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        if (SubjectRow.Find(_catalog, caller.Tenant, subject) is not { } found || (kind is { } wanted && wanted != found.Kind)) return AdminResult.NotFound<QueueView>();
        if (SubjectRow.CheckReason(reason) is { Any: true } errors) return AdminResult.Invalid<QueueView>(errors);
        using (await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken))
        {
            await using var db = _databases.Create(caller.Tenant);
            var row = await SubjectRow.LoadAsync(db, subject, found.Kind, cancellationToken);
            var (now, before) = (_time.GetUtcNow(), Parts(row));
            (row.Flow, row.FlowReason, row.FlowBy, row.FlowAt) = (flow, reason?.Trim() is { Length: > 0 } given ? given : null, caller.Name, now);
            var action = flow switch { SubjectFlow.Paused => "paused", SubjectFlow.Draining => "drained", _ => "resumed" };
            AuditTrail.Note(db, caller, now, $"{QueueWords.Of(found.Kind)}.{action}", new(subject, found.Name), before, Parts(row));
            await db.SaveChangesAsync(cancellationToken);
        }

        await _catalog.ReloadAsync(CancellationToken.None);
        _depths.Forget();
        return await _queues.GetAsync(caller.Tenant, subject, CancellationToken.None) is { } view ? AdminResult.Done(view) : AdminResult.NotFound<QueueView>();
    }

    private static JsonObject Parts(SubjectState row) => new() { ["flow"] = QueueWords.Of(row.Flow), ["reason"] = row.FlowReason };
}

/// <summary>The row that says what people have set about a channel or agent.</summary>
internal static class SubjectRow
{
    public static (SubjectKind Kind, string Name)? Find(ICatalog catalog, Guid tenant, Guid subject) =>
        catalog.FindAgent(subject) is { } agent && agent.Tenant.Id == tenant ? (SubjectKind.Agent, agent.Name)
        : catalog.FindChannel(subject) is { } channel && channel.Tenant.Id == tenant ? (SubjectKind.Channel, channel.Name)
        : null;

    /// <summary>The row, a new one where there is none yet.</summary>
    public static async Task<SubjectState> LoadAsync(GatewayDbContext db, Guid subject, SubjectKind kind, CancellationToken cancellationToken)
    {
        if (await db.SubjectStates.FirstOrDefaultAsync(s => s.SubjectId == subject, cancellationToken) is { } row) return row;
        row = new() { SubjectId = subject, Kind = kind };
        db.SubjectStates.Add(row);
        return row;
    }

    public static Input.FieldErrors CheckReason(string? reason)
    {
        var errors = new Input.FieldErrors();
        if (reason?.Trim().Length > SetFlow.MaxReason) errors.Add("reason", $"Must have at most {SetFlow.MaxReason} characters.");
        return errors;
    }
}
