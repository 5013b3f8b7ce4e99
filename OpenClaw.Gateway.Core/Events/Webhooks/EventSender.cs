using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Events.Webhooks;

/// <summary>One lane per enabled endpoint, kept in step with what is configured. Without endpoints there is nothing here.</summary>
internal sealed class EventSender(LaneTools tools, EventOutbox outbox, ILogger<EventSender> log) : IHostedService
{
    private readonly ConcurrentDictionary<Guid, EndpointLane> _lanes = new();
    private readonly Lock _reviewing = new();
    private bool _running;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        outbox.Due += Hint;
        tools.Endpoints.Changed += Review;
        lock (_reviewing) _running = true;
        Review();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        outbox.Due -= Hint;
        tools.Endpoints.Changed -= Review;
        lock (_reviewing) _running = false;
        foreach (var id in _lanes.Keys)
            if (_lanes.TryRemove(id, out var lane)) await lane.DisposeAsync();
    }

    /// <summary>Rows of that endpoint may be due (again).</summary>
    public void Hint(Guid endpoint)
    {
        if (_lanes.TryGetValue(endpoint, out var lane)) lane.Hint();
    }

    private void Review()
    {
        lock (_reviewing)
        {
            if (!_running) return;
            var wanted = tools.Endpoints.Enabled.Values.SelectMany(e => e).ToDictionary(e => e.Id);
            foreach (var (id, lane) in _lanes)
            {
                if (wanted.TryGetValue(id, out var endpoint) && endpoint.Url == lane.Endpoint.Url) lane.Endpoint = endpoint;
                else if (_lanes.TryRemove(id, out _)) _ = lane.DisposeAsync().AsTask(); // it ends by itself; nobody waits for a slow endpoint
            }

            foreach (var endpoint in wanted.Values.Where(e => !_lanes.ContainsKey(e.Id))) _lanes[endpoint.Id] = new(endpoint, tools, log);
            foreach (var lane in _lanes.Values) lane.Hint();
        }
    }
}
