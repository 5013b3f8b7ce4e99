using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Tenancy;

namespace OpenClaw.Gateway.Core.Storage.Entities;

/// <summary>A tenant's endpoint that is told of events. Its signing secret stands in <see cref="Secret"/>.</summary>
public sealed class EventWebhook : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary>Where events are POSTed.</summary>
    public required string Url { get; set; }

    /// <summary>A JSON array of <see cref="EventTypes"/>; empty = all.</summary>
    public string Types { get; set; } = "[]";

    /// <summary>Is told of events.</summary>
    public bool Enabled { get; set; }

    /// <summary>Why the gateway switched it off itself; null when it did not.</summary>
    public string? DisabledReason { get; set; }

    /// <summary>Since when every delivery has failed; null while they work.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>One event on its way to one endpoint.</summary>
public sealed class EventDelivery : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The endpoint.</summary>
    public Guid WebhookId { get; set; }

    /// <summary>The session that it is about; null = none.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>The event: the same on every attempt and resend.</summary>
    public Guid EventId { get; set; }

    /// <summary>One of <see cref="EventTypes"/>.</summary>
    public required string Type { get; set; }

    /// <summary>The body as it is sent.</summary>
    public required string Body { get; set; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary><c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string State { get; set; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; set; }

    /// <summary>When the next attempt is due; null when there is none to come.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>When the last attempt began.</summary>
    public DateTimeOffset? LastAt { get; set; }

    /// <summary>The status that the endpoint answered with last; null = it did not.</summary>
    public int? Status { get; set; }

    /// <summary>How long the last attempt took, in milliseconds.</summary>
    public int? Milliseconds { get; set; }

    /// <summary>What went wrong last, for people, with the beginning of the endpoint's answer.</summary>
    public string? Error { get; set; }
}

/// <summary>When somebody wants to be told of trouble. The secret of its webhook stands in <see cref="Secret"/>.</summary>
public sealed class AlertRule : ITenantOwned
{
    /// <summary>Key.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>1–80 characters, unique per tenant.</summary>
    public required string Name { get; set; }

    /// <summary>What it watches: <c>circuit_open</c>, <c>dead_letters</c>, <c>channel_down</c>, <c>channel_deaf</c>, <c>queue_age</c>, <c>job_failed</c> or <c>disk_low</c>.</summary>
    public required string Condition { get; set; }

    /// <summary>Thresholds and subjects, a JSON object.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary><c>webhook</c> or <c>mail</c>.</summary>
    public required string Means { get; set; }

    /// <summary>A URL, or addresses separated by commas.</summary>
    public required string Target { get; set; }

    /// <summary>Times in which it stays silent, a JSON object {from, to, zone, days}; null = never.</summary>
    public string? Quiet { get; set; }

    /// <summary>Watches.</summary>
    public bool Enabled { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag and the concurrency token.</summary>
    public int Version { get; set; }
}

/// <summary>A time of trouble that an alert rule saw, from its beginning to its end.</summary>
public sealed class Alert : ITenantOwned
{
    /// <summary>Key, in order of time.</summary>
    public Guid Id { get; set; }

    /// <inheritdoc />
    public Guid TenantId { get; set; }

    /// <summary>The rule.</summary>
    public Guid RuleId { get; set; }

    /// <summary>What is in trouble: an id or a name; one alert of a rule is open per subject.</summary>
    public required string Subject { get; set; }

    /// <summary>One sentence for people: what, since when, what to do.</summary>
    public required string Summary { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it was over; null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the notice of its beginning was taken by the other side.</summary>
    public DateTimeOffset? NotifiedAt { get; set; }

    /// <summary>When the notice of its end was taken by the other side.</summary>
    public DateTimeOffset? EndNotifiedAt { get; set; }

    /// <summary>Attempts at the notice that is to go out.</summary>
    public int Attempts { get; set; }

    /// <summary>When the next attempt is due.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; set; }
}
