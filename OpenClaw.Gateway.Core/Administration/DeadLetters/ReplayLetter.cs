using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>A dead letter whose replay has begun.</summary>
/// <param name="Letter">It, as it is then.</param>
/// <param name="Shadow">The replay in which another agent is asked, when only that was wanted: the letter stays as it was.</param>
public sealed record LetterReplayed(DeadLetterView Letter, ReplayView? Shadow);

/// <summary>Replays one dead letter, as it was or changed, to the agent of the routing or another one, for real or as a shadow.</summary>
public sealed class ReplayLetter
{
    private readonly ITenantDbFactory _databases;
    private readonly Lazy<LetterReplayer> _replayer;
    private readonly StartReplay _start;
    private readonly DeadLetterQueries _letters;
    private readonly ICatalog _catalog;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;

    internal ReplayLetter(ITenantDbFactory databases, Lazy<LetterReplayer> replayer, StartReplay start, DeadLetterQueries letters, ICatalog catalog, GatewayOptions options, TimeProvider time) =>
        (_databases, _replayer, _start, _letters, _catalog, _options, _time) = (databases, replayer, start, letters, catalog, options, time);

    /// <summary>Begins it; the answer comes in its own time. <paramref name="input"/> is <c>{payload?,agent?,shadow?}</c>; an absent one replays it as it was.</summary>
    public async Task<AdminResult<LetterReplayed>> RunAsync(Caller caller, Guid letter, JsonElement input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Operate);
        if (await RowAsync(caller.Tenant, letter, cancellationToken) is not { } row) return AdminResult.NotFound<LetterReplayed>();
        var document = Document.Merge([], input.ValueKind == JsonValueKind.Undefined ? JsonElement.Parse("{}") : input, "payload", "agent", "shadow");
        var (agent, shadow) = (document.Id("agent"), document.Flag("shadow", absent: false));
        if (agent is { } chosen && LetterObstacles.Of(caller.Tenant, chosen, _catalog) is { } fault) document.Errors.Add("agent", fault);
        var sent = input.ValueKind == JsonValueKind.Object && input.TryGetProperty("payload", out var given) ? given : default;
        var payload = PayloadInput.Read(row.Payload, sent, MaxBytes(caller.Tenant), document.Errors);
        if (shadow && payload is not null) document.Errors.Add("payload", "A shadow is asked with the message as it was. Leave the payload out.");
        if (document.Errors.Any) return AdminResult.Invalid<LetterReplayed>(document.Errors);
        return shadow ? await ShadowAsync(caller, row, agent, cancellationToken) : await RunAsync(caller, row, agent, payload, cancellationToken);
    }

    private async Task<AdminResult<LetterReplayed>> RunAsync(Caller caller, DeadLetter row, Guid? agent, string? payload, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var obstacles = await _replayer.Value.BeginAsync([row], new(caller.Name)
        {
            Agent = agent,
            Payload = payload,
            With = (db, begun, _) =>
            {
                if (begun.Count == 0) return;
                AuditTrail.Note(db, caller, now, "dead-letter.replayed", new(row.Id, row.Cause), after: new { agent, changed = payload is not null, message = row.MessageId });
                db.SaveInJournal();
            },
        }, cancellationToken);
        if (obstacles.TryGetValue(row.Id, out var why)) return AdminResult.InUse<LetterReplayed>(why);
        return await _letters.GetAsync(caller.Tenant, row.Id, CancellationToken.None) is { } view ? AdminResult.Done(new LetterReplayed(view, null)) : AdminResult.NotFound<LetterReplayed>();
    }

    private async Task<AdminResult<LetterReplayed>> ShadowAsync(Caller caller, DeadLetter row, Guid? agent, CancellationToken cancellationToken)
    {
        if (row.Stage == Stages.Delivered) return AdminResult.InUse<LetterReplayed>("It is a reply that could not be sent: there is nothing to ask an agent.");
        if (row.State != DeadLetterStates.Open) return AdminResult.InUse<LetterReplayed>($"It is {row.State}; only what is open can be asked about.");
        var started = await _start.RunAsync(caller, JsonSerializer.SerializeToElement(new { ids = new[] { row.Id }, agent, shadow = true }), cancellationToken);
        return started.Value is { } replay ? AdminResult.Done(new LetterReplayed(DeadLetterQueries.ToView(row), replay)) : started.As<LetterReplayed>();
    }

    private int MaxBytes(Guid tenant) => _catalog.FindTenant(tenant)?.Settings.MessageBytes(_options.Limits) ?? _options.Limits.MaxMessageBytes;

    private async Task<DeadLetter?> RowAsync(Guid tenant, Guid letter, CancellationToken cancellationToken)
    {
        await using var db = _databases.Create(tenant);
        return await db.DeadLetters.AsNoTracking().FirstOrDefaultAsync(d => d.Id == letter, cancellationToken);
    }
}
