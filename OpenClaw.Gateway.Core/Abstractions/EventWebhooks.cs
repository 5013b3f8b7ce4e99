namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>States of an event on its way to an endpoint.</summary>
public static class EventDeliveryStates
{
    /// <summary>It is to be sent, for the first time or again.</summary>
    public const string Pending = "pending";

    /// <summary>The endpoint took it.</summary>
    public const string Delivered = "delivered";

    /// <summary>It was given up.</summary>
    public const string Failed = "failed";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, Delivered, Failed];
}

/// <summary>Takes events that no stored row tells of (a circuit opened, a channel went down) and makes them durable by themselves.</summary>
internal interface IEventPosts
{
    /// <summary>Tells the tenant's endpoints that want the type; nothing where there are none. Never blocks.</summary>
    void Post(Guid tenant, string type, Guid? channel, Guid? session, object payload, object? metadata = null);
}

/// <summary>Switches an endpoint off in the gateway's own name, and notes it in the audit.</summary>
internal interface IEventWebhookSwitch
{
    /// <summary>Durable at return. Nothing when it is off or gone already.</summary>
    Task DisableAsync(Guid tenant, Guid webhook, string reason, CancellationToken cancellationToken);
}
