using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>An intent with its examples. <c>Warnings</c> says what makes it hard to recognise: few examples, the same sentence in two intents.</summary>
public sealed record IntentView(
    Guid Id, string Name, string? Description, IReadOnlyList<string> Examples, IReadOnlyList<string> Warnings, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static IntentView Of(Intent row, IntentWarnings warnings)
    {
        var examples = ExamplesOf(row);
        return new(row.Id, row.Name, row.Description, examples, warnings.Of(row.Name, examples), row.CreatedAt, row.UpdatedAt) { Version = row.Version };
    }

    internal static IReadOnlyList<string> ExamplesOf(Intent row) => JsonSerializer.Deserialize<string[]>(row.Examples) ?? [];

    /// <summary>What the audit keeps: how many sentences there are, not what they say, because people may have written them.</summary>
    internal static JsonObject Audited(Intent row) => new()
    {
        ["name"] = row.Name, ["description"] = row.Description, ["examples"] = ExamplesOf(row).Count,
    };
}

/// <summary>An intent in a list, without its sentences.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">For people.</param>
/// <param name="Examples">How many examples it has.</param>
/// <param name="Warnings">What makes it hard to recognise.</param>
/// <param name="Rules">Names of the live rules that ask for it.</param>
/// <param name="Agents">Names of the agents that are for it.</param>
public sealed record IntentSummary(Guid Id, string Name, string? Description, int Examples, IReadOnlyList<string> Warnings, IReadOnlyList<string> Rules, IReadOnlyList<string> Agents);

/// <summary>How a tenant's intents are recognised.</summary>
/// <param name="Threshold">What scores less is none of the intents; null = as the examples suggest.</param>
/// <param name="Embeddings">A server of embeddings; null = the examples are learned in process.</param>
/// <param name="Secrets"><c>embeddingsKey</c>: whether it is set.</param>
public sealed record IntentOptionsView(double? Threshold, EmbeddingsView? Embeddings, IReadOnlyDictionary<string, SecretView> Secrets)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static IntentOptionsView Of(IntentOptions? row, IEnumerable<Storage.Entities.Secret> secrets) => new(
        row?.Threshold, row is { EmbeddingsUrl: { } url, EmbeddingsModel: { } model } ? new(url, model) : null, SecretViews.Of(secrets, [IntentRows.KeyName])) { Version = row?.Version ?? 0 };

    internal JsonObject Audited() => new()
    {
        ["threshold"] = Threshold, ["embeddings"] = Embeddings is null ? null : new JsonObject { ["baseUrl"] = Embeddings.BaseUrl, ["model"] = Embeddings.Model },
        ["embeddingsKey"] = Secrets[IntentRows.KeyName].Set,
    };
}

/// <summary>An OpenAI-compatible server of embeddings: <c>POST {baseUrl}/embeddings</c>.</summary>
public sealed record EmbeddingsView(string BaseUrl, string Model);

/// <summary>A sentence that operators' work suggests as an example.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">What the user wrote.</param>
/// <param name="Intent">What it seems to be; null = the agent is for none or for several.</param>
/// <param name="Recognised">What it had been taken for; null = none of the intents.</param>
/// <param name="Agent">The agent that the session was given to.</param>
/// <param name="Session">The session.</param>
/// <param name="Message">The message.</param>
/// <param name="By">Who gave it there.</param>
/// <param name="At">When.</param>
public sealed record SuggestionView(Guid Id, string Text, string? Intent, string? Recognised, Guid Agent, Guid Session, Guid Message, string By, DateTimeOffset At)
{
    internal static SuggestionView Of(SuggestedExample row) => new(row.Id, row.Text, row.Intent, row.Recognised, row.AgentId, row.SessionId, row.MessageId, row.ByName, row.At);
}

/// <summary>A suggestion that is an example now, and of which intent.</summary>
public sealed record SuggestionAccepted(Guid Id, string Intent, int Examples);
