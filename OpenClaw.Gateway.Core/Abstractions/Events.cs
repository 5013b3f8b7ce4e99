using System.Text.Json;

namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>The closed list of event types (contract: /events).</summary>
public static class EventTypes
{
#pragma warning disable CS1591 // names speak for themselves
    public const string MessageReceived = "message.received";
    public const string MessageRouted = "message.routed";
    public const string ResponseGenerated = "response.generated";
    public const string ResponseDelivered = "response.delivered";
    public const string ResponseFailed = "response.failed";
    public const string SessionCreated = "session.created";
    public const string SessionUpdated = "session.updated";
    public const string ChannelStatus = "channel.status";
    public const string AgentStatus = "agent.status";
    public const string DeadLetterAdded = "deadletter.added";
#pragma warning restore CS1591

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        MessageReceived, MessageRouted, ResponseGenerated, ResponseDelivered, ResponseFailed, SessionCreated, SessionUpdated, ChannelStatus, AgentStatus, DeadLetterAdded,
    ];
}

/// <summary>
/// Something that happened. <c>Number</c> rises by one per tenant and node; <c>Id</c> names it for <c>Last-Event-ID</c>.
/// <c>Payload</c> and <c>Metadata</c> are built when first read, so that an event nobody reads costs little.
/// </summary>
public sealed record GatewayEvent(
    string Id, DateTimeOffset Timestamp, string Type, Guid Tenant, Guid? Channel, Guid? SessionId, JsonElement Payload, JsonElement Metadata);

/// <summary>
/// Tells what happens; never holds up who tells. A slow subscriber loses events (counted), never messages.
/// </summary>
public interface IEventBus
{
    /// <summary>True while somebody listens to that tenant: what costs to build is built only then.</summary>
    bool IsHeard(Guid tenant);

    /// <summary>
    /// Tells the tenant's subscribers. Does nothing when nobody listens. Payload and metadata are serialised at once. <see cref="EventTypes.ChannelStatus"/>
    /// and <see cref="EventTypes.AgentStatus"/> go to the tenant's event webhooks too, so publish these without asking <see cref="IsHeard"/>.
    /// </summary>
    void Publish(Guid tenant, string type, Guid? channel, Guid? session, object? payload, object? metadata = null);

    /// <summary>
    /// Events of a tenant from now on, or from after <paramref name="lastEventId"/> while the node still has it in memory;
    /// when it has not, the first event read is null: the reader has missed something.
    /// </summary>
    IAsyncEnumerable<GatewayEvent?> SubscribeAsync(Guid tenant, string? lastEventId, CancellationToken cancellationToken);
}
