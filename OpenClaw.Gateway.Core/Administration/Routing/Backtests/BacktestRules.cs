using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Checks;

namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>The rules of a back-test: read from what was sent, kept with it, and named.</summary>
public static class BacktestRules
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The same for rules that do the same to the same messages, in the same order.</summary>
    public static string Stamp(IEnumerable<RuleModel> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var text = string.Join('\n', rules.Select(r => RuleJson.Text(RuleJson.Of(r))));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }

    internal static string Write(IReadOnlyList<RuleModel> rules) => JsonSerializer.Serialize(rules, Options);

    internal static IReadOnlyList<RuleModel> Read(string json) => JsonSerializer.Deserialize<List<RuleModel>>(json, Options) ?? [];

    /// <summary>A list of rules' bodies, each as it is made; one that has the id or the name of a live rule counts as that one, changed.</summary>
    internal static IReadOnlyList<RuleModel> Of(Guid tenant, JsonElement list, RuleInput input, RuleSetModel live, FieldErrors errors, Func<Guid> fresh)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            errors.Add("rules", "Must be a list of rules.");
            return [];
        }

        var rules = new List<RuleModel>();
        var ids = new HashSet<Guid>();
        foreach (var (index, body) in list.EnumerateArray().Index())
        {
            if (index >= RuleInput.MaxRules)
            {
                errors.Add("rules", $"A tenant has at most {RuleInput.MaxRules} rules.");
                break;
            }

            var id = IdOf(body, live) is { } known && !ids.Contains(known) ? known : fresh();
            ids.Add(id);
            var read = input.New(tenant, id, body, rules);
            errors.AddAll($"rules[{index}]", read.Errors);
            rules.Add(read.Rule);
        }

        if (!errors.Any && RuleCheck.ListFault(rules) is { } fault) errors.Add("rules", fault);
        return rules;
    }

    private static Guid? IdOf(JsonElement body, RuleSetModel live)
    {
        if (body.ValueKind != JsonValueKind.Object) return null;
        if (body.TryGetProperty("id", out var value) && value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id) && live.Rules.Any(r => r.Id == id)) return id;
        if (!body.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String) return null;
        var folded = NameRule.Fold(name.GetString()!.Trim());
        return live.Rules.FirstOrDefault(r => NameRule.Fold(r.Name) == folded)?.Id;
    }
}
