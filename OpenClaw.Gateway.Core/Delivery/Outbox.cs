using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery.Previews;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>
/// The lanes, one per channel whose replies need one. Replies are told as they become durable; the database is the truth at a start, and is looked at now and
/// then for what nobody has told.
/// </summary>
internal sealed partial class Outbox : IOutbox, IOutboxLanes, ITenantRemoval, IDisposable
{
    private const int Page = 1_000;
    private const int PagesOfALook = 10;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly FrozenDictionary<string, IChannelSender> _senders;
    private readonly LaneTools _tools;
    private readonly ILogger<Outbox> _log;
    private readonly ConcurrentDictionary<Guid, Lane> _lanes = new();
    private readonly Lock _starting = new();
    private ITimer? _look;
    private long _lookedTo;
    private bool _started;

    public Outbox(
        IEnumerable<IChannelSender> senders, ICatalog catalog, Circuits circuits, DeliveryStore store, DeliveryBook book, PreviewStore previews, TimeProvider time, ILogger<Outbox> log, IDrills? drills = null)
    {
        _senders = senders.ToFrozenDictionary(s => s.Kind, StringComparer.Ordinal);
        (_tools, _log) = (new(catalog, circuits, store, book, previews, drills, time, log), log);
        catalog.Changed += WakeAll;
        circuits.Changed += Wake;
    }

    /// <inheritdoc />
    public IOutboxLane? LaneOf(Guid channel)
    {
        if (_lanes.TryGetValue(channel, out var lane)) return lane;
        return _tools.Catalog.FindChannel(channel) is { } model && _senders.ContainsKey(model.Kind) ? Get(channel) : null;
    }

    /// <summary>Replies that are being sent now.</summary>
    internal int Busy => _lanes.Values.Sum(l => l.Busy);

    /// <inheritdoc />
    public LaneView? Look(Guid channel) => _lanes.TryGetValue(channel, out var lane) ? lane.Look() : null;

    /// <inheritdoc />
    public void Wake(Guid channel)
    {
        if (_lanes.TryGetValue(channel, out var lane)) lane.Wake();
    }

    /// <inheritdoc />
    public void Forget(Guid session)
    {
        foreach (var lane in _lanes.Values) lane.Forget(session);
    }

    /// <inheritdoc />
    public void Unload(Guid session)
    {
        foreach (var lane in _lanes.Values) lane.Unload(session);
    }

    /// <inheritdoc />
    public async ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken)
    {
        foreach (var lane in _lanes.Values.Where(l => l.Tenant == tenant)) await lane.RemoveAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Takes up what an earlier run left, and begins to send. Before anything new is accepted.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (count, above) = (0, 0L);
        while (await _tools.Store.WaitingAsync(above, null, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var (channel, item) in page) Get(channel, item.TenantId).Restore(item);
            (count, above) = (count + page.Count, page[^1].Item.Position);
        }

        if (count > 0) LogRestored(count);
        foreach (var preview in await _tools.Previews.LoadAsync(cancellationToken)) Get(preview.ChannelId, preview.TenantId).Restore(preview);
        List<Lane> lanes;
        lock (_starting)
        {
            _started = true;
            lanes = [.. _lanes.Values];
        }

        foreach (var lane in lanes) lane.Start(await _tools.Store.ResumedAtAsync(lane.Channel, cancellationToken));
        _look = _tools.Time.CreateTimer(_ => _ = LookAsync(), null, LookEvery, LookEvery);
    }

    /// <summary>Ends the lanes; see <see cref="Lane.StopAsync"/>.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _tools.Catalog.Changed -= WakeAll;
        _tools.Circuits.Changed -= Wake;
        if (_look is { } look) await look.DisposeAsync();
        await Task.WhenAll(_lanes.Values.Select(l => l.StopAsync(patience)));
    }

    public void Dispose()
    {
        _tools.Catalog.Changed -= WakeAll;
        _tools.Circuits.Changed -= Wake;
        _look?.Dispose();
        foreach (var lane in _lanes.Values) lane.Dispose();
    }

    /// <summary>Offers what waits in the database and is in no lane: replies that were put back, and what nobody told.</summary>
    internal async Task LookAsync()
    {
        try
        {
            foreach (var lane in _lanes.Values) await lane.SweepAsync();

            // what is newer is being told
            var until = _tools.Time.GetUtcNow() - LookEvery;
            for (var pages = 0; pages < PagesOfALook; pages++)
            {
                var page = await _tools.Store.WaitingAsync(_lookedTo, null, Page, CancellationToken.None);
                foreach (var (channel, item) in page.Where(p => p.Item.At < until))
                    if (Get(channel, item.TenantId) is var lane && !lane.Holds(item.Position)) lane.Offer(item);
                _lookedTo = page.Count < Page || page[^1].Item.At >= until ? 0 : page[^1].Item.Position;
                if (_lookedTo == 0) return;
            }
        }
        catch (Exception e)
        {
            LogLookFailed(e);
        }
    }

    /// <summary>A reply that was put back.</summary>
    public void Offer(Guid channel, LaneItem item) => Get(channel, item.TenantId).Offer(item);

    /// <summary>Not on the thread that tells: it is inside the circuit's turn.</summary>
    private void Wake(Circuit circuit)
    {
        if (_lanes.TryGetValue(circuit.Subject, out var lane)) ThreadPool.UnsafeQueueUserWorkItem(static l => l.Wake(), lane, preferLocal: false);
    }

    private void WakeAll()
    {
        foreach (var lane in _lanes.Values) lane.Wake();
    }

    private Lane Get(Guid channel, Guid? tenant = null)
    {
        if (_lanes.TryGetValue(channel, out var known)) return known;
        lock (_starting)
        {
            if (_lanes.TryGetValue(channel, out known)) return known;
            var model = _tools.Catalog.FindChannel(channel);
            var lane = new Lane(channel, model?.Tenant.Id ?? tenant ?? Guid.Empty, model is null ? null : _senders.GetValueOrDefault(model.Kind), _tools);
            if (_started) lane.Start(null);
            return _lanes[channel] = lane;
        }
    }

    [LoggerMessage(1631, LogLevel.Information, "{Count} replies wait to be sent since before the start")]
    private partial void LogRestored(int count);

    [LoggerMessage(1632, LogLevel.Warning, "The look for replies that nobody sends failed; the next one follows")]
    private partial void LogLookFailed(Exception cause);
}
