using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>
/// Brings a draft and a version that was published since together, rule by rule. Who alone changed a rule is right; where both did, and
/// differently, somebody must choose. Order: that of the side that moved rules; where both did, the draft's.
/// </summary>
internal static class RuleMerge
{
    public static (IReadOnlyList<RuleModel> Rules, IReadOnlyList<RuleConflict> Conflicts) Of(
        IReadOnlyList<RuleModel> before, IReadOnlyList<RuleModel> draft, IReadOnlyList<RuleModel> live, IReadOnlyDictionary<Guid, ConflictChoice> choices)
    {
        var (was, mine, theirs) = (before.ToDictionary(r => r.Id), draft.ToDictionary(r => r.Id), live.ToDictionary(r => r.Id));
        var (merged, conflicts) = (new Dictionary<Guid, RuleModel>(), new List<RuleConflict>());
        foreach (var id in was.Keys.Union(mine.Keys).Union(theirs.Keys))
        {
            var (b, d, l) = (was.GetValueOrDefault(id), mine.GetValueOrDefault(id), theirs.GetValueOrDefault(id));
            var rule = RuleJson.Same(b, d) ? l : RuleJson.Same(b, l) || RuleJson.Same(d, l) ? d : Chosen(id, b, d, l);
            if (rule is not null) merged[id] = rule;
        }

        return ([.. Order(before, draft, live, merged).Select(id => merged[id])], conflicts);

        RuleModel? Chosen(Guid id, RuleModel? b, RuleModel? d, RuleModel? l)
        {
            ConflictChoice? choice = choices.TryGetValue(id, out var made) ? made : null;
            conflicts.Add(new(id, (d ?? l ?? b)!.Name, b, d, l, choice));
            return choice == ConflictChoice.Draft ? d : l;
        }
    }

    private static List<Guid> Order(IReadOnlyList<RuleModel> before, IReadOnlyList<RuleModel> draft, IReadOnlyList<RuleModel> live, Dictionary<Guid, RuleModel> merged)
    {
        var moved = !InOrder(before, draft);
        var (lead, other) = moved ? (draft, live) : (live, draft);
        var order = lead.Select(r => r.Id).Where(merged.ContainsKey).ToList();
        var present = order.ToHashSet();
        Guid? last = null;
        foreach (var id in other.Select(r => r.Id).Where(merged.ContainsKey))
        {
            if (present.Add(id)) order.Insert(last is { } after ? order.IndexOf(after) + 1 : 0, id);
            last = id;
        }

        // deleted on both sides of the list it led, chosen to stay
        order.AddRange(merged.Keys.Where(present.Add));
        return order;
    }

    /// <summary>True when the rules that both lists have stand in the same order.</summary>
    private static bool InOrder(IReadOnlyList<RuleModel> before, IReadOnlyList<RuleModel> after)
    {
        var (a, b) = (before.Select(r => r.Id).ToHashSet(), after.Select(r => r.Id).ToHashSet());
        return before.Select(r => r.Id).Where(b.Contains).SequenceEqual(after.Select(r => r.Id).Where(a.Contains));
    }
}
