using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Fakes;

/// <summary>An event bus that the test speaks through.</summary>
internal sealed class HandBus : IEventBus
{
    private readonly Channel<GatewayEvent?> _events = System.Threading.Channels.Channel.CreateUnbounded<GatewayEvent?>();

    public bool IsHeard(Guid tenant) => true;

    public void Publish(Guid tenant, string type, Guid? channel, Guid? session, object? payload, object? metadata = null) =>
        _events.Writer.TryWrite(new(Guid.NewGuid().ToString("N"), DateTimeOffset.UnixEpoch, type, tenant, channel, session, default, default));

    public async IAsyncEnumerable<GatewayEvent?> SubscribeAsync(Guid tenant, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in _events.Reader.ReadAllAsync(cancellationToken)) yield return happened;
    }
}
