using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>One rule of a stored draft: its id alone where it is as the base version has it.</summary>
internal sealed record DraftEntry(Guid Id, Guid? Stamp = null, string? By = null, RuleModel? Rule = null);

/// <summary>The draft as it is stored, and as it is worked on.</summary>
internal static class DraftDocument
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Write(IEnumerable<DraftRule> rules, IReadOnlyDictionary<Guid, RuleModel> before) =>
        JsonSerializer.Serialize(rules.Select(r => before.ContainsKey(r.Rule.Id) && Stamp(r.Token) is null ? new DraftEntry(r.Rule.Id) : new(r.Rule.Id, Stamp(r.Token), r.ChangedBy, r.Rule)), Options);

    public static List<DraftRule> Read(string json, IReadOnlyDictionary<Guid, RuleModel> before)
    {
        var rules = new List<DraftRule>();
        foreach (var entry in JsonSerializer.Deserialize<List<DraftEntry>>(json, Options) ?? [])
        {
            var was = before.GetValueOrDefault(entry.Id);
            if (entry.Rule is { } own) rules.Add(new(own, Token(entry.Stamp ?? Guid.Empty), !RuleJson.Same(own, was), entry.By));
            else if (was is not null) rules.Add(AsBefore(was));
        }

        return rules;
    }

    public static DraftRule AsBefore(RuleModel rule) => new(rule, $"v{rule.Since}", IsChanged: false, ChangedBy: null);

    public static string Token(Guid stamp) => $"d{stamp:N}";

    private static Guid? Stamp(string token) => token.StartsWith('d') ? Guid.ParseExact(token.AsSpan(1), "N") : null;
}
