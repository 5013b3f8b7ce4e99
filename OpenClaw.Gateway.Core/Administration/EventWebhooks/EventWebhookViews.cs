using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage.Entities;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.EventWebhooks;

/// <summary>
/// An endpoint that is told of events. <c>Types</c>: none = all. <c>State</c> is <c>working</c>, <c>failing</c> (since <c>FailingSince</c>) or <c>disabled</c> (with
/// <c>DisabledReason</c> where the gateway switched it off itself).
/// </summary>
public sealed record EventWebhookView(
    Guid Id,
    string Name,
    string Url,
    IReadOnlyList<string> Types,
    bool Enabled,
    string State,
    DateTimeOffset? FailingSince,
    string? DisabledReason,
    IReadOnlyDictionary<string, SecretView> Secrets,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static EventWebhookView Of(EventWebhook row, IEnumerable<Secret> secrets, IReadOnlyDictionary<string, string>? made = null) => new(
        row.Id, row.Name, row.Url, JsonSerializer.Deserialize<string[]>(row.Types) ?? [], row.Enabled,
        !row.Enabled ? "disabled" : row.FailingSince is null ? "working" : "failing", row.FailingSince, row.DisabledReason,
        SecretViews.Of(secrets, [SecretNames.SigningSecret], made), row.CreatedAt, row.UpdatedAt) { Version = row.Version };

    /// <summary>What the audit keeps: how it does is no change of anybody's.</summary>
    internal static JsonObject Audited(EventWebhook row) => new()
    {
        ["name"] = row.Name, ["url"] = row.Url, ["types"] = JsonNode.Parse(row.Types), ["enabled"] = row.Enabled, ["disabledReason"] = row.DisabledReason,
    };
}

/// <summary>One event on its way to an endpoint, or at its end: <c>State</c> is <c>pending</c>, <c>delivered</c> or <c>failed</c>. <c>Body</c> is what is sent; lists leave it out.</summary>
public sealed record EventDeliveryView(
    Guid Id,
    Guid Event,
    string Type,
    Guid? SessionId,
    DateTimeOffset At,
    string State,
    int Attempts,
    DateTimeOffset? NextAt,
    DateTimeOffset? LastAt,
    int? Status,
    int? Milliseconds,
    string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonNode? Body = null)
{
    internal static EventDeliveryView Of(EventDelivery row, bool withBody = false) => new(
        row.Id, row.EventId, row.Type, row.SessionId, row.At, row.State, row.Attempts, row.NextAt, row.LastAt, row.Status, row.Milliseconds, row.Error, withBody ? JsonNode.Parse(row.Body) : null);
}

/// <summary>What a test came to: the status, the time, the beginning of the answer, and what went wrong.</summary>
public sealed record EventWebhookTest(bool Ok, int? Status, int DurationMs, string Answer, string? Error);

/// <summary>How many deliveries are sent again.</summary>
public sealed record EventsResent(int Count);
