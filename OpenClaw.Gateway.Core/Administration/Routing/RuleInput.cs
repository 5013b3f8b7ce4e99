using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Routing.Checks;
using OpenClaw.Gateway.Core.Routing.Intents;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Makes a rule from what was sent, or says what is wrong with it. The API and the portal's form use the same.</summary>
internal sealed class RuleInput(ICatalog catalog)
{
    /// <summary>The most rules of a tenant.</summary>
    public const int MaxRules = RuleLimits.Rules;

    private static readonly string[] Fields = ["name", "enabled", "onlyWhenUnassigned", "match", "target", "position"];

    /// <summary>What was read; not to be used where <see cref="Errors"/> has any.</summary>
    public sealed record Result(RuleModel Rule, int? Position, FieldErrors Errors);

    /// <summary>A rule that is new: <paramref name="input"/> over what a new one has.</summary>
    public Result New(Guid tenant, Guid id, JsonElement input, IEnumerable<RuleModel> others) =>
        Read(tenant, new() { Id = id, Name = "", Target = new() }, new() { ["enabled"] = true, ["onlyWhenUnassigned"] = false, ["match"] = new JsonObject() }, input, others);

    /// <summary>A rule with a merge patch over it.</summary>
    public Result Merged(Guid tenant, RuleModel present, JsonElement patch, IEnumerable<RuleModel> others)
    {
        var body = RuleJson.Of(present);
        if (ReplacesTarget(patch)) body["target"] = new JsonObject();
        return Read(tenant, present, body, patch, others);
    }

    /// <summary>What is wrong with a rule that was right once: what it names may be gone.</summary>
    public FieldErrors Check(Guid tenant, RuleModel rule)
    {
        var errors = new FieldErrors();
        CheckReferences(tenant, rule, errors);
        return errors;
    }

    private Result Read(Guid tenant, RuleModel present, JsonObject body, JsonElement input, IEnumerable<RuleModel> others)
    {
        var document = Document.Merge(body, input, Fields);
        var errors = document.Errors;
        var rule = present with
        {
            Name = document.Name(),
            Enabled = document.Flag("enabled", absent: true),
            OnlyWhenUnassigned = document.Flag("onlyWhenUnassigned", absent: false),
            Match = RuleReader.Match(document.Object("match"), errors),
            Target = RuleReader.Target(document.Object("target"), errors),
        };
        var position = Position(document, input);
        var folded = NameRule.Fold(rule.Name);
        if (rule.Name.Length > 0 && others.Any(o => o.Id != rule.Id && NameRule.Fold(o.Name) == folded)) errors.Add("name", "There is another rule of that name.");
        if (!errors.Within("match")) foreach (var fault in RuleCheck.Faults(rule.Match)) errors.Add(fault.Field, fault.Message);
        CheckReferences(tenant, rule, errors);
        return new(rule, position, errors);
    }

    /// <summary>A target is one choice: another one named in a patch takes the place of the former, which need not be set to null beside it.</summary>
    private static bool ReplacesTarget(JsonElement patch) =>
        patch.ValueKind == JsonValueKind.Object && patch.TryGetProperty("target", out var target) && target.ValueKind == JsonValueKind.Object
        && target.EnumerateObject().Count(f => f.Name != "fallback" && f.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)) == 1;

    private static int? Position(Document document, JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("position", out var given) && given.ValueKind != JsonValueKind.Null
            ? document.Number("position", absent: 0, 0, MaxRules) : null;

    private void CheckReferences(Guid tenant, RuleModel rule, FieldErrors errors)
    {
        foreach (var channel in rule.Match.Channels ?? [])
        {
            if (catalog.FindChannel(channel)?.Tenant.Id != tenant) errors.Add("match.channels", $"There is no channel {channel}.");
        }

        if (rule.Match.Intent is { } intent && !catalog.FindIntents(tenant).Intents.Any(i => IntentNames.Same(i.Name, intent)))
            errors.Add("match.intent", $"There is no intent '{intent}'. Make it first, with examples of what people say.");
        if (rule.Target.Agent is { } agent && catalog.FindAgent(agent)?.Tenant.Id != tenant) errors.Add("target.agent", "There is no such agent.");
        if (rule.Target.Pool is { } pool && catalog.FindPool(pool)?.TenantId != tenant) errors.Add("target.pool", "There is no such pool.");
        if (rule.Target.Fallback?.Any(f => catalog.FindAgent(f)?.Tenant.Id != tenant) == true) errors.Add("target.fallback", "Holds an agent that does not exist.");
    }
}
