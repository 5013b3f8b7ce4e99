using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Events;

/// <summary>
/// Events per tenant, kept in memory (the last 10,000) from the first listener on until ten minutes after the last one left.
/// A tenant without listeners costs one look-up per message.
/// </summary>
internal sealed class EventBus(TimeProvider time, IEventPosts? posts = null) : IEventBus
{
    private static readonly TimeSpan KeptAfterLast = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<Guid, Feed> _feeds = new();
    private readonly string _node = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
    private long _dropped;

    /// <summary>Events that slow subscribers did not get.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <inheritdoc />
    public bool IsHeard(Guid tenant) => !_feeds.IsEmpty && _feeds.ContainsKey(tenant);

    /// <inheritdoc />
    public void Publish(Guid tenant, string type, Guid? channel, Guid? session, object? payload, object? metadata = null)
    {
        // no stored row tells of these: endpoints would not hear of them
        if (type is EventTypes.ChannelStatus or EventTypes.AgentStatus) posts?.Post(tenant, type, channel, session, payload ?? new { }, metadata);
        if (!_feeds.TryGetValue(tenant, out var feed)) return;
        if (feed.IsAbandoned(time.GetUtcNow() - KeptAfterLast))
        {
            _feeds.TryRemove(new(tenant, feed));
            return;
        }

        var body = JsonSerializer.SerializeToElement(payload ?? new { }, JsonSerializerOptions.Web);
        var more = JsonSerializer.SerializeToElement(metadata ?? new { }, JsonSerializerOptions.Web);
        feed.Publish(number => new GatewayEvent(IdOf(number), time.GetUtcNow(), type, tenant, channel, session, body, more));
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<GatewayEvent?> SubscribeAsync(Guid tenant, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<GatewayEvent?>(
            new BoundedChannelOptions(Feed.Kept + 1000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        Feed feed;
        do feed = _feeds.GetOrAdd(tenant, _ => new Feed());
        while (!feed.TryAdd(queue.Writer, NumberOf(lastEventId), resume: lastEventId is not null) || !IsCurrent(tenant, feed));
        try
        {
            await foreach (var item in queue.Reader.ReadAllAsync(cancellationToken)) yield return item;
        }
        finally
        {
            feed.Remove(queue.Writer, time.GetUtcNow());
        }
    }

    private bool IsCurrent(Guid tenant, Feed feed) => _feeds.TryGetValue(tenant, out var current) && ReferenceEquals(current, feed);

    private string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{_node}-{number}");

    /// <summary>The number in an id of this node's present life; -1 for any other.</summary>
    private long NumberOf(string? id) =>
        id is not null && id.StartsWith(_node + "-", StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(_node.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
