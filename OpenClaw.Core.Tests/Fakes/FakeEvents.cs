using System.Collections.Concurrent;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>An event bus that remembers what it was told.</summary>
internal sealed class FakeEvents : IEventBus
{
    public ConcurrentQueue<(string Type, Guid? Session, string Payload)> Published { get; } = new();

    public bool IsHeard(Guid tenant) => true;

    public void Publish(Guid tenant, string type, Guid? channel, Guid? session, object? payload, object? metadata = null) =>
        Published.Enqueue((type, session, JsonSerializer.Serialize(payload)));

    public IAsyncEnumerable<GatewayEvent?> SubscribeAsync(Guid tenant, string? lastEventId, CancellationToken cancellationToken) => throw new NotSupportedException();
}
