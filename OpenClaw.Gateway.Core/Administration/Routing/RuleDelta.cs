using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>What must be written so that one list of rules becomes another: as few rules as possible.</summary>
/// <param name="Written">New, changed and moved rules with their places.</param>
/// <param name="Ended">Ids of rules whose present state ends: the changed, moved and removed ones.</param>
internal sealed record RuleDelta(IReadOnlyList<RuleModel> Written, IReadOnlyList<Guid> Ended)
{
    public bool IsEmpty => Written.Count == 0 && Ended.Count == 0;

    public static RuleDelta Between(IReadOnlyList<RuleModel> live, IReadOnlyList<RuleModel> wanted)
    {
        var was = new Dictionary<Guid, int>(live.Count);
        for (var i = 0; i < live.Count; i++) was[live[i].Id] = i;
        var numbers = wanted.Select(r => was.GetValueOrDefault(r.Id, -1)).ToArray();
        var stays = RisingRun.Of(numbers);
        var places = RulePlaces.Fill([.. numbers.Select((n, i) => stays[i] ? live[n].Ordinal : (long?)null)]);
        var (written, ended, gone) = (new List<RuleModel>(), new List<Guid>(), live.Select(r => r.Id).ToHashSet());
        for (var i = 0; i < wanted.Count; i++)
        {
            gone.Remove(wanted[i].Id);
            if (numbers[i] >= 0 && live[numbers[i]].Ordinal == places[i] && RuleJson.Same(live[numbers[i]], wanted[i])) continue;
            written.Add(wanted[i] with { Ordinal = places[i] });
            if (numbers[i] >= 0) ended.Add(wanted[i].Id);
        }

        ended.AddRange(gone);
        return new(written, ended);
    }
}
