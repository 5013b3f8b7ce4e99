using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Checks;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>What is to be published, and what to do in the transaction that does it.</summary>
/// <param name="Rules">The whole list as it shall be.</param>
/// <param name="Then">Notes what was done and makes the answer; nothing is saved yet.</param>
internal sealed record RulePlan<T>(IReadOnlyList<RuleModel> Rules, Func<RulePublication, T> Then)
{
    public string? Note { get; init; }

    public int? RolledBackTo { get; init; }

    /// <summary>A version is made even where no rule differs.</summary>
    public bool Always { get; init; }
}

/// <summary>A version that is about to be saved.</summary>
/// <param name="Db">The context that saves it.</param>
/// <param name="Version">Its row; null when nothing differs, so that there is none.</param>
/// <param name="Number">The version that holds afterwards.</param>
/// <param name="Now">When.</param>
/// <param name="Written">The rows that it brings.</param>
internal sealed record RulePublication(GatewayDbContext Db, RoutingVersion? Version, int Number, DateTimeOffset Now, IReadOnlyList<RoutingRule> Written);

/// <summary>
/// Publishes: the only writer of rules and versions. A plan is made over the rules in memory; the version's number keeps two plans
/// over the same rules from both being saved, the second is made again over what the first left.
/// </summary>
internal sealed class RulePublisher(ITenantDbFactory databases, ICatalog catalog, TimeProvider time)
{
    private const int MaxRounds = 20;

    public delegate ValueTask<AdminResult<RulePlan<T>>> Planner<T>(RuleSetModel live, GatewayDbContext db);

    public async Task<AdminResult<T>> RunAsync<T>(Caller caller, Planner<T> plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Configure);
        // here others of this node wait; those of another node are met below
        using var turn = await ConfigurationTurns.EnterAsync(caller.Tenant, cancellationToken);
        for (var round = 1; ; round++)
        {
            if (await TryAsync(caller, plan, cancellationToken) is { } result) return result;
            if (round == MaxRounds) return AdminResult.Stale<T>();
        }
    }

    /// <summary>Null when somebody else published in between.</summary>
    private async Task<AdminResult<T>?> TryAsync<T>(Caller caller, Planner<T> plan, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(caller.Tenant);
        var newest = await db.RoutingVersions.MaxAsync(v => (int?)v.Number, cancellationToken) ?? 0;
        if (catalog.FindRules(caller.Tenant).Version != newest) await catalog.ReloadAsync(cancellationToken);
        var live = catalog.FindRules(caller.Tenant);
        var planned = await plan(live, db);
        if (planned.Value is not { } wanted) return planned.As<T>();
        if (wanted.Rules.Count >= live.Rules.Count && RuleCheck.ListFault(wanted.Rules) is { } fault) return TooMuch<T>(fault);
        var delta = RuleDelta.Between(live.Rules, wanted.Rules);
        var value = wanted.Then(await WriteAsync(caller, db, live, wanted, delta, cancellationToken));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (failure is DbUpdateConcurrencyException || Saving.IsDuplicate(failure))
        {
            await catalog.ReloadAsync(cancellationToken);
            return null;
        }
        if (!delta.IsEmpty || wanted.Always) await catalog.ReloadAsync(CancellationToken.None);
        return AdminResult.Done(value);
    }

    /// <summary>A list that only shrinks is let through: so one that is too long can be mended.</summary>
    private static AdminResult<T> TooMuch<T>(string fault)
    {
        var errors = new FieldErrors();
        errors.Add("", fault);
        return AdminResult.Invalid<T>(errors);
    }

    private async Task<RulePublication> WriteAsync<T>(Caller caller, GatewayDbContext db, RuleSetModel live, RulePlan<T> wanted, RuleDelta delta, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (delta.IsEmpty && !wanted.Always) return new(db, Version: null, live.Version, now, []);
        var version = new RoutingVersion { Number = live.Version + 1, PublishedAt = now, PublishedBy = caller.Name, Note = wanted.Note, RolledBackTo = wanted.RolledBackTo };
        db.RoutingVersions.Add(version);
        var ended = await db.RoutingRules.Where(r => r.ToVersion == RoutingRule.Live && delta.Ended.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        foreach (var row in ended.Values) row.ToVersion = version.Number;
        var written = delta.Written.Select(rule => Row(rule, version, ended.GetValueOrDefault(rule.Id)?.CreatedAt ?? now)).ToList();
        db.RoutingRules.AddRange(written);
        return new(db, version, version.Number, now, written);
    }

    private static RoutingRule Row(RuleModel rule, RoutingVersion version, DateTimeOffset created) => new()
    {
        Id = rule.Id, FromVersion = version.Number, Ordinal = rule.Ordinal, Name = rule.Name, Enabled = rule.Enabled, OnlyWhenUnassigned = rule.OnlyWhenUnassigned,
        Match = RuleJson.Text(RuleJson.Of(rule.Match)), Target = RuleJson.Text(RuleJson.Of(rule.Target)), CreatedAt = created, UpdatedAt = version.PublishedAt,
    };
}
