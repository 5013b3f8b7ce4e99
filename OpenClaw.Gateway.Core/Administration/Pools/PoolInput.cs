using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>Reads the parts of a pool's body that are more than texts.</summary>
internal static class PoolInput
{
    /// <summary>More agents a pool does not have.</summary>
    public const int MostMembers = 100;

    /// <summary>30 days.</summary>
    public const double MostMinutes = 43_200;

    /// <summary>No weight is larger.</summary>
    public const int MostWeight = 1_000;
    private static readonly string[] Fields = ["agent", "weight"];

    /// <summary>Each is an agent's id, or <c>{"agent":id,"weight":n}</c>.</summary>
    public static IReadOnlyList<PoolMember> Members(Document document)
    {
        var json = JsonElement.Parse(document.Saved("members"));
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > MostMembers)
        {
            document.Errors.Add("members", $"Must be a list of 1 to {MostMembers} agents: ids, or {{\"agent\":id,\"weight\":1}}.");
            return [];
        }

        var members = json.EnumerateArray().Select((m, i) => Member(m, $"members[{i}]", document.Errors)).OfType<PoolMember>().ToList();
        if (members.GroupBy(m => m.Agent).Any(g => g.Count() > 1)) document.Errors.Add("members", "The same agent is there twice.");
        if (members.Count > 0 && members.All(m => m.Weight == 0)) document.Errors.Add("members", "With the weight 0 nobody gets anything new: at least one must have more.");
        return members;
    }

    /// <summary>Null = as long as the session lives.</summary>
    public static double? Minutes(Document document)
    {
        if (document.IsAbsent("affinityMinutes")) return null;
        var json = JsonElement.Parse(document.Saved("affinityMinutes"));
        if (json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var minutes) && minutes is >= 0 and <= MostMinutes) return minutes;
        document.Errors.Add("affinityMinutes", $"Must be a number of minutes from 0 to {MostMinutes:0}, or null: as long as the session lives.");
        return null;
    }

    private static PoolMember? Member(JsonElement json, string path, FieldErrors errors)
    {
        if (json.ValueKind == JsonValueKind.String && json.TryGetGuid(out var id)) return new(id);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("agent", out var agent) || agent.ValueKind != JsonValueKind.String || !agent.TryGetGuid(out id))
        {
            errors.Add(path, "Must be the id (a GUID) of an agent, or {\"agent\":id,\"weight\":1}.");
            return null;
        }

        foreach (var field in json.EnumerateObject().Select(f => f.Name).Where(f => !Fields.Contains(f))) errors.Add($"{path}.{field}", $"There is no such field. There are: {string.Join(", ", Fields)}.");
        if (!json.TryGetProperty("weight", out var weight) || weight.ValueKind == JsonValueKind.Null) return new(id);
        if (weight.ValueKind == JsonValueKind.Number && weight.TryGetInt32(out var number) && number is >= 0 and <= MostWeight) return new(id, number);
        errors.Add($"{path}.weight", $"Must be a whole number from 0 to {MostWeight}, or null: the agent's own.");
        return new(id);
    }
}
