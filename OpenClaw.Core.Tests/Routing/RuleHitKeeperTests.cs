using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Routing;

public sealed class RuleHitKeeperTests
{
    [Fact]
    public async Task Save_ThenLoad_CountsGoOn()
    {
        await using var road = await Road.StartAsync();
        var (tenant, rule) = (road.Catalog.Tenant.Id, Guid.NewGuid());
        await using (var db = road.Db())
        {
            db.Tenants.Add(new() { Id = tenant, Slug = "acme", Name = "Acme", CreatedAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync();
        }

        var first = new RuleHits();
        var counter = first.Counter(tenant, rule);
        var keeper = Keeper(road, first);
        for (var i = 1; i <= 3; i++) counter.Hit(i * 1_000_000);
        await keeper.SaveAsync(default);
        counter.Hit(4_000_000);
        await keeper.SaveAsync(default);
        await keeper.SaveAsync(default);

        var next = new RuleHits();
        keeper = Keeper(road, next);
        await keeper.LoadAsync(default);
        Assert.Equal(4, next.Of(rule));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(4), next.LastAt(rule));
        next.Counter(tenant, rule).Hit(5_000_000);
        await keeper.SaveAsync(default);
        await using var after = road.Db();
        var row = Assert.Single(await after.RuleHits.ToListAsync());
        Assert.Equal((5L, DateTimeOffset.UnixEpoch.AddSeconds(5), tenant), (row.Hits, row.LastAt, row.TenantId));
    }

    private static RuleHitKeeper Keeper(Road road, RuleHits hits) =>
        new(road.Get<ISystemDbFactory>(), hits, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<RuleHitKeeper>.Instance);
}
