using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage.Entities;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.Agents;

/// <summary>An agent's configuration (contract: Agent). Settings have their defaults filled in; secrets say only whether they are set.</summary>
public sealed record AgentView(
    Guid Id,
    string Kind,
    string Name,
    bool Enabled,
    JsonObject Settings,
    IReadOnlyDictionary<string, SecretView> Secrets,
    IReadOnlyList<string> Intents,
    int MaxConcurrency,
    int Weight,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static AgentView Of(Agent row, IEnumerable<Secret> secrets, AgentKinds kinds, IReadOnlyDictionary<string, string>? made = null)
    {
        var kind = kinds.Find(row.Kind);
        return new(
            row.Id, row.Kind, row.Name, row.Enabled,
            SettingsCheck.Fill(JsonNode.Parse(row.Settings) as JsonObject ?? [], AgentKinds.Specs(kind)),
            SecretViews.Of(secrets, kind?.MadeSecrets ?? [], made),
            JsonSerializer.Deserialize<string[]>(row.Intents) ?? [], row.MaxConcurrency, row.Weight,
            row.CreatedAt, row.UpdatedAt) { Version = row.Version };
    }
}

/// <summary>The kinds of agents that this gateway has.</summary>
public sealed class AgentKinds(IEnumerable<IAgentKind> kinds)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IAgentKind> All { get; } = [.. kinds.OrderBy(k => k.Kind, StringComparer.Ordinal)];

    /// <summary>One by name, or null.</summary>
    public IAgentKind? Find(string kind) => All.FirstOrDefault(k => k.Kind == kind);

    /// <summary>The common settings and those of the kind.</summary>
    public static IReadOnlyList<SettingSpec> Specs(IAgentKind? kind) => [.. CommonSettings.OfAgents, .. kind?.Settings ?? []];
}
