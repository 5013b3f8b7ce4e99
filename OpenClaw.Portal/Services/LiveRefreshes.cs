using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Services;

/// <summary>
/// Tells a page that something it shows has changed, at most four times a second however much happens: rendering per event
/// costs a browser a quarter of a core at 200 events a second, this way one percent.
/// </summary>
public sealed class LiveRefreshes(IEventBus bus, TimeProvider time)
{
    /// <summary>How often a page is told at most.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Calls <paramref name="changed"/> after events of the tenant that concern the page (null: events were missed), never twice at
    /// once, until disposed.
    /// </summary>
    public IAsyncDisposable Start(Guid tenant, Func<GatewayEvent?, bool> concerns, Func<Task> changed) => new LiveRefresh(bus, time, tenant, concerns, changed);

    private sealed class LiveRefresh : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _listening;
        private readonly Task _telling;
        private int _changes;

        public LiveRefresh(IEventBus bus, TimeProvider time, Guid tenant, Func<GatewayEvent?, bool> concerns, Func<Task> changed)
        {
            _listening = ListenAsync(bus, tenant, concerns);
            _telling = TellAsync(time, changed);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _listening;
            await _telling;
            _stop.Dispose();
        }

        private async Task ListenAsync(IEventBus bus, Guid tenant, Func<GatewayEvent?, bool> concerns)
        {
            try
            {
                await foreach (var happened in bus.SubscribeAsync(tenant, null, _stop.Token))
                    if (concerns(happened)) Interlocked.Increment(ref _changes);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // the page is gone
            }
        }

        private async Task TellAsync(TimeProvider time, Func<Task> changed)
        {
            using var timer = new PeriodicTimer(Interval, time);
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token))
                    if (Interlocked.Exchange(ref _changes, 0) > 0) await changed();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // the page is gone
            }
            catch (ObjectDisposedException)
            {
                // the circuit went while the page was being told
            }
        }
    }
}
