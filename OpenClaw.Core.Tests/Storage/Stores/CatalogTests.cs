using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Core.Tests.Storage.Stores;

public sealed class CatalogTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private readonly SecretProtector _protector = new(new EphemeralDataProtectionProvider());
    private readonly Channel _channel = new() { Id = Guid.NewGuid(), Kind = "websocket", Name = "Web", Enabled = true, Settings = """{"scope":"thread","rateLimitPerUserPerMinute":5,"rateLimitPerMinute":50}""" };
    private readonly Agent _agent = new() { Id = Guid.NewGuid(), Kind = "echo", Name = "Echo", Enabled = true };
    private TestDatabase _database = null!;
    private ICatalog _catalog = null!;
    private Guid _tenant;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _catalog = new Catalog(_database.System, _protector, _clock, NullLogger<Catalog>.Instance);
        _tenant = await _database.AddTenantAsync("acme");
        (_channel.TenantId, _agent.TenantId) = (_tenant, _tenant);
        await _database.AddAsync(_channel, _agent);
        await _catalog.ReloadAsync(default);
    }

    public async Task DisposeAsync()
    {
        ((IDisposable)_catalog).Dispose();
        await _database.DisposeAsync();
    }

    [Fact]
    public void Find_AfterReload_GivesTypedModels()
    {
        var channel = _catalog.FindChannel(_channel.Id);
        Assert.Equal((SessionScope.Thread, 5, 50, "acme"), (channel!.Scope, channel.RateLimitPerUserPerMinute, channel.RateLimitPerMinute, channel.Tenant.Slug));
        Assert.Equal(_agent.Id, _catalog.FindAgent(_tenant, "ECHO")!.Id);
        Assert.Null(_catalog.FindAgent(Guid.NewGuid(), "Echo"));
        Assert.Equal(_tenant, _catalog.FindTenant("acme")!.Id);
    }

    [Fact]
    public async Task Reload_NothingChanged_KeepsTheInstances()
    {
        var (tenant, channel, agent) = (_catalog.FindTenant(_tenant), _catalog.FindChannel(_channel.Id), _catalog.FindAgent(_agent.Id));
        await _catalog.ReloadAsync(default);
        Assert.Same(tenant, _catalog.FindTenant(_tenant));
        Assert.Same(channel, _catalog.FindChannel(_channel.Id));
        Assert.Same(agent, _catalog.FindAgent(_agent.Id));
    }

    [Fact]
    public async Task Reload_ChannelChanged_ReplacesOnlyThatOne()
    {
        var (channel, agent) = (_catalog.FindChannel(_channel.Id), _catalog.FindAgent(_agent.Id));
        var told = 0;
        _catalog.Changed += () => told++;
        await using (var db = _database.System.Create())
        {
            var row = await db.Channels.SingleAsync();
            (row.Enabled, row.Version) = (false, row.Version + 1);
            await db.SaveChangesAsync();
        }
        await _catalog.ReloadAsync(default);
        Assert.NotSame(channel, _catalog.FindChannel(_channel.Id));
        Assert.Same(agent, _catalog.FindAgent(_agent.Id));
        Assert.Equal(1, told);
    }

    [Fact]
    public async Task Reload_RotatedSecret_HoldsBothUntilTheOverlapEnds()
    {
        var secret = new Secret { Id = Guid.NewGuid(), TenantId = _tenant, OwnerId = _channel.Id, Name = "signingSecret", Protected = "" };
        secret.Protected = _protector.Protect(_channel.Id, "signingSecret", new("new", "old", _clock.GetUtcNow().AddHours(1)));
        await _database.AddAsync(secret);
        await _catalog.ReloadAsync(default);
        Assert.Equal(("new", "old"), (Value("signingSecret"), Value(SecretNames.Previous("signingSecret"))));
        var changed = new TaskCompletionSource();
        _catalog.Changed += () => changed.TrySetResult();
        _clock.Advance(TimeSpan.FromMinutes(61));
        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(("new", null), (Value("signingSecret"), Value(SecretNames.Previous("signingSecret"))));
    }

    [Fact]
    public async Task Reload_UnreadableSecret_LeavesItOutAndGoesOn()
    {
        await _database.AddAsync(new Secret { Id = Guid.NewGuid(), TenantId = _tenant, OwnerId = _channel.Id, Name = "botToken", Protected = "CfDJ8nonsense" });
        await _catalog.ReloadAsync(default);
        Assert.Null(Value("botToken"));
        Assert.NotNull(_catalog.FindChannel(_channel.Id));
    }

    private string? Value(string name) => _catalog.FindChannel(_channel.Id)!.Secrets.GetValueOrDefault(name);
}
