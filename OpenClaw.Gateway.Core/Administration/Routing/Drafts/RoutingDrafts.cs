using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>
/// What admins work on together in the portal before it is published. A step on one rule meets another's step on the same rule by its
/// token; steps on different rules, and moves, never stand in each other's way.
/// </summary>
public sealed class RoutingDrafts
{
    private readonly DraftStore _store;
    private readonly RuleInput _input;
    private readonly TimeProvider _time;

    internal RoutingDrafts(DraftStore store, RuleInput input, TimeProvider time) => (_store, _input, _time) = (store, input, time);

    /// <summary>The draft, or what is live where there is none.</summary>
    public async Task<DraftView> GetAsync(Guid tenant, CancellationToken cancellationToken = default)
    {
        await using var db = _store.Open(tenant);
        var draft = await _store.ReadAsync(db, tenant, cancellationToken);
        var changes = draft.Row is null ? [] : RuleDiff.Between(draft.Base.Rules, [.. draft.Rules.Select(r => r.Rule)]);
        return new(draft.Row is not null, draft.Base.Version, draft.Live, draft.Rules, changes, draft.Row?.UpdatedBy, draft.Row?.UpdatedAt);
    }

    /// <summary>Adds a rule, at the end or at the input's <c>position</c>. <paramref name="id"/>: one that was deleted comes back under its id.</summary>
    public Task<DraftOutcome> AddAsync(Caller caller, JsonElement input, Guid? id = null, CancellationToken cancellationToken = default) =>
        StepAsync(caller, draft => Add(caller, draft, id ?? Guid.CreateVersion7(_time.GetUtcNow()), input), cancellationToken);

    /// <summary>Changes a rule: the input is its whole body. <paramref name="token"/> names the state that the person saw.</summary>
    public Task<DraftOutcome> ChangeAsync(Caller caller, Guid rule, string token, JsonElement input, CancellationToken cancellationToken = default) =>
        StepAsync(
            caller,
            draft =>
            {
                var at = draft.IndexOf(rule);
                if (Meets(draft, at, token) is { } other) return other;
                var read = _input.New(caller.Tenant, rule, input, draft.Rules.Select(r => r.Rule));
                return read.Errors.Any ? Invalid(read.Errors) : Put(caller, draft, at, read.Rule with { Since = draft.Rules[at].Rule.Since, Ordinal = draft.Rules[at].Rule.Ordinal });
            },
            cancellationToken);

    /// <summary>Switches a rule on or off, whatever else of it was changed meanwhile.</summary>
    public Task<DraftOutcome> EnableAsync(Caller caller, Guid rule, bool enabled, CancellationToken cancellationToken = default) =>
        StepAsync(
            caller,
            draft => draft.IndexOf(rule) is var at and >= 0 ? Put(caller, draft, at, draft.Rules[at].Rule with { Enabled = enabled }) : DraftOutcome.Of(DraftStatus.DeletedByOther),
            cancellationToken);

    /// <summary>Puts a rule at that place of the list, counted from 0 without the rule itself.</summary>
    public Task<DraftOutcome> MoveAsync(Caller caller, Guid rule, int position, CancellationToken cancellationToken = default) =>
        StepAsync(
            caller,
            draft =>
            {
                if (draft.IndexOf(rule) is not (var at and >= 0)) return DraftOutcome.Of(DraftStatus.DeletedByOther);
                var moved = draft.Rules[at];
                draft.Rules.RemoveAt(at);
                draft.Rules.Insert(Math.Clamp(position, 0, draft.Rules.Count), moved);
                return DraftOutcome.Of(DraftStatus.Saved, moved);
            },
            cancellationToken);

    /// <summary>Takes a rule out. <paramref name="token"/> names the state that the person saw.</summary>
    public Task<DraftOutcome> DeleteAsync(Caller caller, Guid rule, string token, CancellationToken cancellationToken = default) =>
        StepAsync(
            caller,
            draft =>
            {
                var at = draft.IndexOf(rule);
                if (Meets(draft, at, token) is { } other) return other;
                var deleted = draft.Rules[at];
                draft.Rules.RemoveAt(at);
                return DraftOutcome.Of(DraftStatus.Saved, deleted);
            },
            cancellationToken);

    /// <summary>Throws the draft away; null when there is none. What is returned brings it back.</summary>
    public Task<DiscardedDraft?> DiscardAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        Check(caller);
        return _store.ChangeAsync<DiscardedDraft?>(
            caller,
            draft =>
            {
                if (draft.Row is not { } row) return (null, Save: false);
                var discarded = new DiscardedDraft(row.BaseVersion, row.Rules, RuleDiff.Between(draft.Base.Rules, [.. draft.Rules.Select(r => r.Rule)]).Count);
                draft.Db.RoutingDrafts.Remove(row);
                return (discarded, Save: true);
            },
            cancellationToken,
            write: false);
    }

    /// <summary>Brings a draft back that was thrown away; false when another one has been begun since.</summary>
    public Task<bool> RestoreAsync(Caller caller, DiscardedDraft discarded, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(discarded);
        Check(caller);
        return _store.ChangeAsync(
            caller,
            draft =>
            {
                if (draft.Row is not null) return (false, Save: false);
                draft.Db.RoutingDrafts.Add(new RoutingDraft
                {
                    TenantId = caller.Tenant, BaseVersion = discarded.Base, Rules = discarded.Rules, UpdatedBy = caller.Name, UpdatedAt = _time.GetUtcNow(), Version = 1,
                });
                return (true, Save: true);
            },
            cancellationToken,
            write: false);
    }

    private DraftOutcome Add(Caller caller, OpenDraft draft, Guid id, JsonElement input)
    {
        if (draft.IndexOf(id) >= 0) return DraftOutcome.Of(DraftStatus.ChangedByOther, draft.Rules[draft.IndexOf(id)]);
        var read = _input.New(caller.Tenant, id, input, draft.Rules.Select(r => r.Rule));
        if (draft.Rules.Count >= RuleInput.MaxRules) read.Errors.Add("", $"A tenant has at most {RuleInput.MaxRules} rules.");
        if (read.Errors.Any) return Invalid(read.Errors);
        var rule = Stamped(caller, draft, read.Rule);
        draft.Rules.Insert(Math.Min(read.Position ?? draft.Rules.Count, draft.Rules.Count), rule);
        return DraftOutcome.Of(DraftStatus.Saved, rule);
    }

    private DraftOutcome Put(Caller caller, OpenDraft draft, int at, RuleModel rule)
    {
        // as it was in the beginning: then it is not a change
        draft.Rules[at] = draft.Before.GetValueOrDefault(rule.Id) is { } before && RuleJson.Same(before, rule) ? DraftDocument.AsBefore(before) : Stamped(caller, draft, rule);
        return DraftOutcome.Of(DraftStatus.Saved, draft.Rules[at]);
    }

    private DraftRule Stamped(Caller caller, OpenDraft draft, RuleModel rule) =>
        new(rule, DraftDocument.Token(Guid.CreateVersion7(_time.GetUtcNow())), !RuleJson.Same(rule, draft.Before.GetValueOrDefault(rule.Id)), caller.Name);

    private static DraftOutcome? Meets(OpenDraft draft, int at, string token)
    {
        if (at < 0) return DraftOutcome.Of(DraftStatus.DeletedByOther);
        return draft.Rules[at].Token == token ? null : DraftOutcome.Of(DraftStatus.ChangedByOther, draft.Rules[at]);
    }

    private Task<DraftOutcome> StepAsync(Caller caller, Func<OpenDraft, DraftOutcome> step, CancellationToken cancellationToken)
    {
        Check(caller);
        return _store.ChangeAsync(
            caller,
            draft =>
            {
                var outcome = step(draft);
                return (outcome, Save: outcome.Status == DraftStatus.Saved);
            },
            cancellationToken);
    }

    private static DraftOutcome Invalid(Input.FieldErrors errors) => new(DraftStatus.Invalid, Rule: null, errors.ToDictionary());

    private static void Check(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
    }
}
