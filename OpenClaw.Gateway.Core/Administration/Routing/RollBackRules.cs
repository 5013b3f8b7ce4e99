using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Brings an earlier version's rules back, as a new version.</summary>
public sealed class RollBackRules
{
    private readonly RulePublisher _publisher;
    private readonly RuleInput _input;

    internal RollBackRules(RulePublisher publisher, RuleInput input) => (_publisher, _input) = (publisher, input);

    /// <summary>The new version; not found; or in use no more: a rule of it names an agent or a channel that has been deleted since.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="version">The version whose rules shall hold again.</param>
    /// <param name="live">Only when that version still holds; null = in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<AdminResult<VersionView>> RunAsync(Caller caller, int version, int? live = null, CancellationToken cancellationToken = default) =>
        _publisher.RunAsync<VersionView>(
            caller,
            async (present, db) =>
            {
                if (live is { } expected && expected != present.Version) return AdminResult.Stale<RulePlan<VersionView>>();
                if (!await db.RoutingVersions.AnyAsync(v => v.Number == version, cancellationToken)) return AdminResult.NotFound<RulePlan<VersionView>>();
                var rules = await RuleRows.AllAsync(db, caller.Tenant, version, cancellationToken);
                if (MissingOf(caller.Tenant, rules) is { Count: > 0 } missing)
                    return AdminResult.InUse<RulePlan<VersionView>>($"Version {version} cannot be brought back as it is: {string.Join(" ", missing)} What it names has been deleted since.");
                return AdminResult.Done(new RulePlan<VersionView>(rules, publication => Note(caller, publication, present, version)) { RolledBackTo = version, Always = true });
            },
            cancellationToken);

    private static VersionView Note(Caller caller, RulePublication publication, RuleSetModel former, int version)
    {
        AuditTrail.Note(
            publication.Db, caller, publication.Now, "rules.rolled-back", new(Guid.Empty, $"Version {publication.Number}"),
            new { rules = former.Version }, new { rules = publication.Number, broughtBack = version });
        return VersionView.Of(publication.Version!);
    }

    private List<string> MissingOf(Guid tenant, IEnumerable<RuleModel> rules) =>
        [.. rules.SelectMany(r => _input.Check(tenant, r).ToDictionary().SelectMany(e => e.Value).Select(message => $"Rule '{r.Name}': {message}")).Take(20)];
}
