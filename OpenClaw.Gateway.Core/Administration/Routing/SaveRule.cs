using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Makes, changes and removes live rules; each change is published at once as a version of its own.</summary>
public sealed class SaveRule
{
    private readonly RulePublisher _publisher;
    private readonly RuleInput _input;
    private readonly TimeProvider _time;

    internal SaveRule(RulePublisher publisher, RuleInput input, TimeProvider time) => (_publisher, _input, _time) = (publisher, input, time);

    /// <summary>Makes one, at the end or at the input's <c>position</c>.</summary>
    public Task<AdminResult<RuleView>> CreateAsync(Caller caller, JsonElement input, CancellationToken cancellationToken = default) =>
        _publisher.RunAsync<RuleView>(caller, (live, _) => new(Create(caller, live, input)), cancellationToken);

    /// <summary>Changes one by an RFC 7396 merge patch; with a <c>position</c> it is moved too. With <paramref name="version"/>: only when that is still the present one.</summary>
    public Task<AdminResult<RuleView>> PatchAsync(Caller caller, Guid rule, JsonElement patch, int? version = null, CancellationToken cancellationToken = default) =>
        _publisher.RunAsync<RuleView>(caller, (live, db) => PatchAsync(caller, live, db, rule, patch, version), cancellationToken);

    /// <summary>Removes one. With <paramref name="version"/>: only when that is still the present one.</summary>
    public Task<AdminResult<Guid>> DeleteAsync(Caller caller, Guid rule, int? version = null, CancellationToken cancellationToken = default) =>
        _publisher.RunAsync<Guid>(caller, (live, db) => DeleteAsync(caller, live, db, rule, version), cancellationToken);

    /// <summary>Puts the rules in that order; the list holds each exactly once. With <paramref name="version"/>: only when that version of the rules still holds.</summary>
    public Task<AdminResult<RuleOrderView>> OrderAsync(Caller caller, IReadOnlyList<Guid> ids, int? version = null, CancellationToken cancellationToken = default) =>
        _publisher.RunAsync<RuleOrderView>(caller, (live, _) => new(Order(caller, live, ids, version)), cancellationToken);

    private AdminResult<RulePlan<RuleView>> Create(Caller caller, RuleSetModel live, JsonElement input)
    {
        var read = _input.New(caller.Tenant, RowId.New(_time.GetUtcNow()), input, live.Rules);
        if (read.Errors.Any) return AdminResult.Invalid<RulePlan<RuleView>>(read.Errors);
        var rules = live.Rules.ToList();
        rules.Insert(Math.Min(read.Position ?? rules.Count, rules.Count), read.Rule);
        return AdminResult.Done(new RulePlan<RuleView>(rules, publication =>
        {
            var view = RuleView.Of(publication.Written.Single(r => r.Id == read.Rule.Id));
            AuditTrail.Note(publication.Db, caller, publication.Now, "rule.created", new(view.Id, view.Name), before: null, view);
            return view;
        }));
    }

    private async ValueTask<AdminResult<RulePlan<RuleView>>> PatchAsync(Caller caller, RuleSetModel live, GatewayDbContext db, Guid id, JsonElement patch, int? version)
    {
        var at = IndexOf(live, id);
        if (at < 0) return AdminResult.NotFound<RulePlan<RuleView>>();
        if (version is { } expected && expected != live.Rules[at].Since) return AdminResult.Stale<RulePlan<RuleView>>();
        var read = _input.Merged(caller.Tenant, live.Rules[at], patch, live.Rules);
        if (read.Errors.Any) return AdminResult.Invalid<RulePlan<RuleView>>(read.Errors);
        var before = await ViewAsync(db, id);
        var rules = live.Rules.ToList();
        rules.RemoveAt(at);
        rules.Insert(Math.Min(read.Position ?? at, rules.Count), read.Rule);
        return AdminResult.Done(new RulePlan<RuleView>(rules, publication =>
        {
            if (publication.Written.FirstOrDefault(r => r.Id == id) is not { } row) return before;
            var view = RuleView.Of(row);
            AuditTrail.Note(publication.Db, caller, publication.Now, "rule.changed", new(id, view.Name), before, view);
            return view;
        }));
    }

    private static async ValueTask<AdminResult<RulePlan<Guid>>> DeleteAsync(Caller caller, RuleSetModel live, GatewayDbContext db, Guid id, int? version)
    {
        var at = IndexOf(live, id);
        if (at < 0) return AdminResult.NotFound<RulePlan<Guid>>();
        if (version is { } expected && expected != live.Rules[at].Since) return AdminResult.Stale<RulePlan<Guid>>();
        var before = await ViewAsync(db, id);
        var rules = live.Rules.ToList();
        rules.RemoveAt(at);
        return AdminResult.Done(new RulePlan<Guid>(rules, publication =>
        {
            AuditTrail.Note(publication.Db, caller, publication.Now, "rule.deleted", new(id, before.Name), before);
            return id;
        }));
    }

    private static AdminResult<RulePlan<RuleOrderView>> Order(Caller caller, RuleSetModel live, IReadOnlyList<Guid> ids, int? version)
    {
        if (version is { } expected && expected != live.Version) return AdminResult.Stale<RulePlan<RuleOrderView>>();
        var rules = live.Rules.ToDictionary(r => r.Id);
        var errors = new FieldErrors();
        foreach (var id in ids.Where(i => !rules.ContainsKey(i))) errors.Add("ids", $"There is no rule {id}.");
        foreach (var id in ids.GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key)) errors.Add("ids", $"The rule {id} is named twice.");
        foreach (var missing in live.Rules.ExceptBy(ids, r => r.Id)) errors.Add("ids", $"The rule '{missing.Name}' ({missing.Id}) is missing.");
        if (errors.Any) return AdminResult.Invalid<RulePlan<RuleOrderView>>(errors);
        return AdminResult.Done(new RulePlan<RuleOrderView>([.. ids.Select(i => rules[i])], publication =>
        {
            if (publication.Version is not null)
                AuditTrail.Note(publication.Db, caller, publication.Now, "rules.reordered", new(Guid.Empty, $"Version {publication.Number}"), Names(live.Rules), Names(ids.Select(i => rules[i])));
            return new(publication.Number, ids);
        }));
    }

    private static object Names(IEnumerable<RuleModel> rules) => new { order = rules.Select(r => r.Name).ToList() };

    private static async Task<RuleView> ViewAsync(GatewayDbContext db, Guid id) =>
        RuleView.Of(await db.RoutingRules.AsNoTracking().FirstAsync(r => r.Id == id && r.ToVersion == RoutingRule.Live));

    private static int IndexOf(RuleSetModel live, Guid id)
    {
        for (var i = 0; i < live.Rules.Count; i++)
            if (live.Rules[i].Id == id) return i;
        return -1;
    }
}
