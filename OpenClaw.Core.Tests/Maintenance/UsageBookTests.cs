using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Maintenance;

public sealed class UsageBookTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private TestDatabase _database = null!;
    private Guid _tenant;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _tenant = await _database.AddTenantAsync("acme");
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Write_ThenStart_SeedsTheMeter()
    {
        var meter = new UsageMeter(_clock);
        using (var book = new UsageBook(_database.System, meter, _clock))
        {
            meter.TakeMessage(_tenant, null);
            meter.Replied(_tenant, 2);
            meter.TakeStorage(_tenant, 100, null);
            meter.Spent(_tenant, 120, 30);
            Assert.Equal(1, await book.WriteAsync(default));
            Assert.Equal(0, await book.WriteAsync(default));
            meter.TakeMessage(_tenant, null);
            meter.Spent(_tenant, 1, 2);
            await book.WriteAsync(default);
        }

        var next = await StartAsync();
        Assert.Equal(new UsageNow(2, 2, 100, 100, 121, 32), next.Now(_tenant));
    }

    [Fact]
    public async Task Start_AfterAKill_CountsAgainWhatCameAfterTheLastWrite()
    {
        var meter = new UsageMeter(_clock);
        using (var book = new UsageBook(_database.System, meter, _clock))
        {
            await AddMessageAsync(MessageFrom.User);
            meter.TakeMessage(_tenant, null);
            await book.WriteAsync(default);
        }

        _clock.Advance(TimeSpan.FromSeconds(5));
        await AddMessageAsync(MessageFrom.User);
        await AddMessageAsync(MessageFrom.Agent);
        await _database.AddAsync(new Upload { Id = Guid.NewGuid(), TenantId = _tenant, RootId = Guid.NewGuid(), ClientId = "u", Name = "a", ContentType = "a/b", Size = 7, CreatedAt = _clock.GetUtcNow() });
        Assert.Equal(new UsageNow(2, 1, 7, 7), (await StartAsync()).Now(_tenant));
        Assert.Equal(new UsageNow(2, 1, 7, 7), (await StartAsync()).Now(_tenant));
    }

    [Fact]
    public async Task Start_NeverCounted_CountsEachDayOfTheMessages()
    {
        await AddMessageAsync(MessageFrom.User);
        _clock.Advance(TimeSpan.FromDays(2));
        await AddMessageAsync(MessageFrom.User);
        Assert.Equal(1, (await StartAsync()).Now(_tenant).Messages);
        await using var db = _database.System.Create();
        Assert.Equal([(20261122, 1L), (20261124, 1L)], (await db.UsageDays.OrderBy(u => u.Day).ToListAsync()).Select(u => (u.Day, u.Messages)));
    }

    [Fact]
    public async Task Write_OfARemovedTenant_WritesNothing()
    {
        var meter = new UsageMeter(_clock);
        using var book = new UsageBook(_database.System, meter, _clock);
        meter.TakeMessage(Guid.NewGuid(), null);
        await book.WriteAsync(default);
        await using var db = _database.System.Create();
        Assert.Empty(await db.UsageDays.ToListAsync());
        Assert.Empty(meter.Unwritten());
    }

    private async Task<UsageMeter> StartAsync()
    {
        var meter = new UsageMeter(_clock);
        using var book = new UsageBook(_database.System, meter, _clock);
        await book.StartAsync(default);
        return meter;
    }

    private Task AddMessageAsync(MessageFrom from)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var (position, id) = new MessagePosition(_clock).Next();
        return _database.AddAsync(new Message { Position = position, Id = id, TenantId = _tenant, ChannelId = Guid.NewGuid(), SessionId = Guid.NewGuid(), Seq = 1, From = from, At = _clock.GetUtcNow() });
    }
}
