using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage.Entities;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>How rules tell.</summary>
public static class AlertMeans
{
    /// <summary>A signed POST.</summary>
    public const string Webhook = "webhook";

    /// <summary>A mail.</summary>
    public const string Mail = "mail";

    /// <summary>The name of a webhook's secret.</summary>
    public const string SigningSecret = "signingSecret";
}

/// <summary>An alert rule as people see it. Settings have their defaults filled in; secrets say only whether they are set.</summary>
public sealed record AlertRuleView(
    Guid Id,
    string Name,
    bool Enabled,
    string Condition,
    JsonObject Settings,
    string Means,
    string Target,
    JsonObject? Quiet,
    IReadOnlyDictionary<string, SecretView> Secrets,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static AlertRuleView Of(AlertRule row, IEnumerable<Secret> secrets, AlertConditions conditions, IReadOnlyDictionary<string, string>? made = null) => new(
        row.Id, row.Name, row.Enabled, row.Condition, conditions.Fill(row.Condition, row.Settings), row.Means, row.Target,
        row.Quiet is null ? null : JsonNode.Parse(row.Quiet) as JsonObject,
        SecretViews.Of(secrets, row.Means == AlertMeans.Webhook ? [AlertMeans.SigningSecret] : [], made), row.CreatedAt, row.UpdatedAt) { Version = row.Version };
}

/// <summary>The rule of an alert.</summary>
public sealed record AlertRuleName(Guid Id, string Name);

/// <summary>A time of trouble as people see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rule">The rule that saw it.</param>
/// <param name="Condition">What the rule watches.</param>
/// <param name="Subject">What was in trouble.</param>
/// <param name="Summary">What, since when, what to do.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it was over; null while it lasts.</param>
/// <param name="NotifiedAt">When its beginning, or the last reminder, was told.</param>
/// <param name="EndNotifiedAt">When its end was told.</param>
/// <param name="Attempts">Failed attempts at the notice that is to go out.</param>
/// <param name="NextAt">When that is tried next; null when nothing is to be told.</param>
/// <param name="Error">Why the last attempt failed.</param>
/// <param name="Url">The page that shows what it is about.</param>
public sealed record AlertView(
    Guid Id, AlertRuleName Rule, string Condition, string Subject, string Summary, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? NotifiedAt, DateTimeOffset? EndNotifiedAt,
    int Attempts, DateTimeOffset? NextAt, string? Error, string? Url);

/// <summary>How a test notice went.</summary>
/// <param name="Ok">The other side took it.</param>
/// <param name="Detail">For people: what happened, and what to do where it did not go well.</param>
public sealed record AlertTestResult(bool Ok, string Detail);
