using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Administration.Conversations;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;

namespace OpenClaw.Core.Tests.Events.Webhooks;

/// <summary>The road with event webhooks, on a clock of the test's.</summary>
internal sealed class EventRoad : IAsyncDisposable
{
    private bool _stopped;

    private EventRoad(Road road, TestClock clock) => (Road, Clock) = (road, clock);

    public Road Road { get; }

    public TestClock Clock { get; }

    public Caller Caller => Caller.System(Road.Catalog.Tenant.Id);

    public static async Task<EventRoad> StartAsync(FakeCatalog? catalog = null, string? folder = null, TestClock? clock = null, EventWebhookOptions? options = null, bool sends = true, string[]? privateHosts = null)
    {
        clock ??= new();
        var road = await Road.StartAsync(catalog, folder, clock, with: services =>
        {
            services.AddSingleton(new PrivateHosts(OutgoingCalls.Parse(privateHosts ?? ["127.0.0.1"])));
            services.AddSingleton((options ?? new()) with { Chance = () => 0 });
            services.AddSingleton<IFileLinks, PlainLinks>();
            services.AddProtection().AddAdministration();
        });
        var events = new EventRoad(road, clock);
        if (sends) await events.SendAsync();
        return events;
    }

    public T Get<T>() where T : notnull => Road.Get<T>();

    /// <summary>Starts the sender.</summary>
    public Task SendAsync() => Get<EventSender>().StartAsync(CancellationToken.None);

    public async Task<EventWebhookView> AddAsync(string url, params string[] types)
    {
        var body = JsonSerializer.SerializeToElement(new { name = $"Endpoint {Guid.NewGuid():N}", url, types });
        var result = await Get<SaveEventWebhook>().CreateAsync(Caller, body);
        Assert.True(result.Value is not null, string.Join("; ", result.Errors.SelectMany(e => e.Value)));
        return result.Value;
    }

    /// <summary>A user's message that the scripted agent answers.</summary>
    public async Task SayAsync(ChannelModel channel, string id, string text = "hello", string user = "ada") =>
        Assert.True((await Road.Inbox.AcceptAsync(Road.Message(channel, id, text, user), default)).Accepted);

    /// <summary>The log, oldest first, once everything appended so far is durable.</summary>
    public async Task<List<EventDelivery>> LogAsync()
    {
        await Road.Journal.FlushAsync();
        await using var db = Road.Db();
        return await db.EventDeliveries.AsNoTracking().OrderBy(d => d.Id).ToListAsync();
    }

    /// <summary>The log as soon as it is as the test wants it: what is written behind the answers comes with the next group.</summary>
    public async Task<List<EventDelivery>> LogAsync(Func<List<EventDelivery>, bool> until)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var log = await LogAsync();
            if (until(log)) return log;
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(30), string.Join('\n', log.Select(d => $"{d.Type} {d.State} {d.Attempts} {d.NextAt:O} {d.Status} {d.Error}")));
            await Task.Yield();
        }
    }

    public async Task<EventWebhook> RowAsync(Guid webhook)
    {
        await using var db = Road.Db();
        return await db.EventWebhooks.AsNoTracking().SingleAsync(w => w.Id == webhook);
    }

    public async Task StopAsync()
    {
        if (_stopped) return;
        _stopped = true;
        await Get<EventSender>().StopAsync(CancellationToken.None);
        await Road.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Road.DisposeAsync();
    }
}
