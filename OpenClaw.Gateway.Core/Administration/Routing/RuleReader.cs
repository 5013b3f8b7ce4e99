using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Reads a rule's <c>match</c> and <c>target</c> from JSON, noting every field that is unknown or of the wrong type.</summary>
internal static class RuleReader
{
    private static readonly string[] MatchFields = ["channels", "channelKinds", "conversationKinds", "users", "command", "text", "language", "intent", "hasAttachment"];
    private static readonly string[] TextFields = ["any", "all", "keywords", "regex"];
    private const int MaxFallback = 5;
    private static readonly string[] TargetFields = ["agent", "pool", "capable", "drop"];
    private static readonly string[] AllTargetFields = [.. TargetFields, "fallback"];

    public static RuleMatch Match(JsonElement json, FieldErrors errors)
    {
        CheckNames(json, "match", MatchFields, errors);
        return new()
        {
            Channels = Ids(json, errors),
            ChannelKinds = Texts(json, "channelKinds", "match", errors),
            ConversationKinds = Texts(json, "conversationKinds", "match", errors),
            Users = Texts(json, "users", "match", errors),
            Command = One(json, "command", "match", errors),
            Text = TextOf(json, errors),
            Language = One(json, "language", "match", errors)?.ToLowerInvariant(),
            Intent = One(json, "intent", "match", errors),
            HasAttachment = Flag(json, errors),
        };
    }

    public static RuleTarget Target(JsonElement json, FieldErrors errors)
    {
        CheckNames(json, "target", AllTargetFields, errors);
        var named = TargetFields.Where(f => Has(json, f, out var value) && value.ValueKind != JsonValueKind.False).ToList();
        if (named.Count != 1) errors.Add("target", "Say what becomes of the message: exactly one of agent, pool, capable and drop.");
        foreach (var flag in named.Where(f => f is "capable" or "drop" && json.GetProperty(f).ValueKind != JsonValueKind.True)) errors.Add($"target.{flag}", "Must be true or left out.");
        var agent = named.Contains("agent") ? Id(json, "agent", errors) : null;
        return new() { Agent = agent, Pool = named.Contains("pool") ? Id(json, "pool", errors) : null, Capable = named.Contains("capable"), Drop = named.Contains("drop"), Fallback = Fallback(json, agent, errors) };
    }

    private static IReadOnlyList<Guid>? Fallback(JsonElement target, Guid? agent, FieldErrors errors)
    {
        if (!Has(target, "fallback", out var json)) return null;
        if (json.ValueKind != JsonValueKind.Array || !json.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String && v.TryGetGuid(out _)))
        {
            errors.Add("target.fallback", "Must be a list of ids (GUIDs) of agents.");
            return null;
        }

        List<Guid> ids = [.. json.EnumerateArray().Select(v => v.GetGuid()).Distinct()];
        if (ids.Count == 0) return null;
        if (agent is null) errors.Add("target.fallback", "Goes with an agent only.");
        if (agent is { } first && ids.Contains(first)) errors.Add("target.fallback", "Holds the agent itself.");
        if (ids.Count > MaxFallback) errors.Add("target.fallback", $"At most {MaxFallback} agents.");
        return ids;
    }

    private static Guid? Id(JsonElement target, string field, FieldErrors errors)
    {
        var value = target.GetProperty(field);
        if (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id)) return id;
        errors.Add($"target.{field}", field == "pool" ? "Must be the id (a GUID) of a pool." : "Must be the id (a GUID) of an agent.");
        return null;
    }

    private static TextMatch? TextOf(JsonElement match, FieldErrors errors)
    {
        if (!Has(match, "text", out var json)) return null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add("match.text", "Must be an object.");
            return null;
        }
        CheckNames(json, "match.text", TextFields, errors);
        var text = new TextMatch
        {
            Any = Texts(json, "any", "match.text", errors), All = Texts(json, "all", "match.text", errors),
            Keywords = Texts(json, "keywords", "match.text", errors), Regex = One(json, "regex", "match.text", errors),
        };
        return text is { Any: null, All: null, Keywords: null, Regex: null } ? null : text;
    }

    private static IReadOnlyList<Guid>? Ids(JsonElement match, FieldErrors errors)
    {
        if (!Has(match, "channels", out var json)) return null;
        if (json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String && v.TryGetGuid(out _)))
            return [.. json.EnumerateArray().Select(v => v.GetGuid()).Distinct()];
        errors.Add("match.channels", "Must be a list of ids (GUIDs) of channels.");
        return null;
    }

    private static IReadOnlyList<string>? Texts(JsonElement json, string name, string path, FieldErrors errors)
    {
        if (!Has(json, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(v => v.GetString()!).Distinct(StringComparer.Ordinal)];
        errors.Add($"{path}.{name}", "Must be a list of texts.");
        return null;
    }

    private static string? One(JsonElement json, string name, string path, FieldErrors errors)
    {
        if (!Has(json, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        errors.Add($"{path}.{name}", "Must be a text.");
        return null;
    }

    private static bool? Flag(JsonElement json, FieldErrors errors)
    {
        if (!Has(json, "hasAttachment", out var value)) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        errors.Add("match.hasAttachment", "Must be true, false or left out.");
        return null;
    }

    private static void CheckNames(JsonElement json, string path, string[] known, FieldErrors errors)
    {
        foreach (var field in json.EnumerateObject().Select(f => f.Name).Where(f => !known.Contains(f)))
            errors.Add($"{path}.{field}", $"There is no such field. There are: {string.Join(", ", known)}.");
    }

    private static bool Has(JsonElement json, string name, out JsonElement value) => json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
