using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>Lets calls through but while the platform asked for a pause.</summary>
internal sealed class PlainGate(TimeProvider time) : ICallGate
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _pauses = new();

    public bool TryEnter(ChannelModel channel, out DateTimeOffset? next)
    {
        next = null;
        if (!_pauses.TryGetValue(channel.Id, out var until)) return true;
        if (until > time.GetUtcNow())
        {
            next = until;
            return false;
        }

        _pauses.TryRemove(new(channel.Id, until));
        return true;
    }

    public void Succeeded(ChannelModel channel) { }

    public void Failed(ChannelModel channel, SendFailure failure)
    {
        if (failure.RetryAfter is { } pause) _pauses[channel.Id] = time.GetUtcNow() + (pause < RetryPolicy.LongestWish ? pause : RetryPolicy.LongestWish);
    }

    public void Leave(ChannelModel channel) { }
}
