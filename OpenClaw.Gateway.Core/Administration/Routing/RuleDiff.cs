using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Tells people what differs between two lists of rules.</summary>
internal static class RuleDiff
{
    /// <summary>Removed rules first, then the others in the order of the later list.</summary>
    public static IReadOnlyList<RuleChange> Between(IReadOnlyList<RuleModel> before, IReadOnlyList<RuleModel> after)
    {
        var was = new Dictionary<Guid, int>(before.Count);
        for (var i = 0; i < before.Count; i++) was[before[i].Id] = i;
        var numbers = after.Select(r => was.GetValueOrDefault(r.Id, -1)).ToArray();
        var stays = RisingRun.Of(numbers);
        var left = after.Select(r => r.Id).ToHashSet();
        var changes = before.Select((r, i) => (Rule: r, Place: i)).Where(r => !left.Contains(r.Rule.Id))
            .Select(r => new RuleChange(r.Rule.Id, r.Rule.Name, "removed", Moved: false, RuleJson.Of(r.Rule), After: null, r.Place, PositionAfter: null)).ToList();
        for (var i = 0; i < after.Count; i++)
        {
            var (rule, old) = (after[i], numbers[i] < 0 ? null : before[numbers[i]]);
            if (old is null) changes.Add(new(rule.Id, rule.Name, "added", Moved: false, Before: null, RuleJson.Of(rule), PositionBefore: null, i));
            else if (!RuleJson.Same(old, rule)) changes.Add(new(rule.Id, rule.Name, "changed", !stays[i], RuleJson.Of(old), RuleJson.Of(rule), numbers[i], i));
            else if (!stays[i]) changes.Add(new(rule.Id, rule.Name, "moved", Moved: true, RuleJson.Of(old), RuleJson.Of(rule), numbers[i], i));
        }

        return changes;
    }
}
