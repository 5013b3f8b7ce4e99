using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Fakes;

/// <summary>An event bus that the test speaks through. Every listener hears everything, also what was said before it came.</summary>
internal sealed class HandBus : IEventBus
{
    private readonly Lock _lock = new();
    private readonly List<GatewayEvent?> _said = [];
    private readonly List<ChannelWriter<GatewayEvent?>> _listeners = [];

    public bool IsHeard(Guid tenant) => true;

    public void Publish(Guid tenant, string type, Guid? channel, Guid? session, object? payload, object? metadata = null)
    {
        var body = payload is null ? default : JsonSerializer.SerializeToElement(payload, JsonSerializerOptions.Web);
        var happened = new GatewayEvent(Guid.NewGuid().ToString("N"), DateTimeOffset.UnixEpoch, type, tenant, channel, session, body, default);
        lock (_lock)
        {
            _said.Add(happened);
            foreach (var listener in _listeners) listener.TryWrite(happened);
        }
    }

    public async IAsyncEnumerable<GatewayEvent?> SubscribeAsync(Guid tenant, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateUnbounded<GatewayEvent?>();
        lock (_lock)
        {
            foreach (var happened in _said) queue.Writer.TryWrite(happened);
            _listeners.Add(queue.Writer);
        }

        await foreach (var happened in queue.Reader.ReadAllAsync(cancellationToken)) yield return happened;
    }
}
