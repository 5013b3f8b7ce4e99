using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Audit;

public sealed class AuditQueriesTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;
    private Guid _shop;

    private AuditQueries Audit => _host.Get<AuditQueries>();

    private Caller Ada => new(_host.Tenant, ActorKind.Person, Guid.Parse("018f0000-0000-7000-8000-0000000000ad"), "ada@example.com", Roles.ScopesOf(TenantRole.Admin), "10.0.0.7");

    private Caller Owner => Ada with { Tenant = Guid.Empty, Scopes = Roles.OfOwner };

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _host.Clock.Advance(TimeSpan.FromHours(1));
        _shop = (await _host.Get<SaveChannel>().CreateAsync(Ada, AdministrationHost.Json("""{"kind":"websocket","name":"Müllers Shop"}"""))).Value!.Id;
        _host.Clock.Advance(TimeSpan.FromHours(1));
        await _host.Get<SaveChannel>().PatchAsync(Ada with { Name = "bob@example.com", Id = Guid.NewGuid() }, _shop, AdministrationHost.Json("""{"settings":{"title":"100%_Ölfrei"}}"""));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("who", "ada", 1)]
    [InlineData("who", "bob@EXAMPLE.com", 1)]
    [InlineData("who", "018f0000-0000-7000-8000-0000000000ad", 1)]
    [InlineData("action", "channel", 2)]
    [InlineData("action", "channel.changed", 1)]
    [InlineData("action", "chan", 0)]
    [InlineData("text", "100%_Öl", 1)]
    [InlineData("text", "%", 1)]
    [InlineData("text", "Müllers", 2)]
    [InlineData("text", "10.0.0.7", 2)]
    public async Task List_Narrowed_HoldsWhatFits(string by, string value, int found)
    {
        var filter = by switch { "who" => new AuditFilter { Who = value }, "action" => new() { Action = value }, _ => new() { Text = value } };
        Assert.Equal(found, (await Audit.ListAsync(Ada, filter with { Since = _host.Clock.GetUtcNow().AddMinutes(-61) }, new(50))).Items.Count);
    }

    [Fact]
    public async Task List_ByTime_TakesTheStartInAndLeavesTheEndOut()
    {
        var now = _host.Clock.GetUtcNow();
        Assert.Equal("channel.changed", Assert.Single((await Audit.ListAsync(Ada, new() { Since = now }, new(50))).Items).Action);
        Assert.Equal("channel.created", Assert.Single((await Audit.ListAsync(Ada, new() { Since = now.AddHours(-1), Until = now }, new(50))).Items).Action);
    }

    [Fact]
    public async Task List_PageByPage_IsWholeAndNewestFirst()
    {
        var whole = (await Audit.ListAsync(Ada, new(), new(200))).Items;
        var (seen, after) = (new List<Guid>(), (string?)null);
        do
        {
            var page = await Audit.ListAsync(Ada, new(), new(1, after));
            seen.AddRange(page.Items.Select(e => e.Id));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(whole.Select(e => e.Id), seen);
        Assert.Equal("channel.changed", whole[0].Action);
    }

    [Fact]
    public async Task Export_HoldsAllThatFits()
    {
        for (var i = 0; i < 1_001; i++) await AddAsync($"x{i}");
        var actions = new List<string>();
        await foreach (var entry in Audit.ExportAsync(Ada, new() { Who = "many" })) actions.Add(entry.Target.Name!);
        Assert.Equal(1_001, actions.Distinct().Count());
    }

    [Fact]
    public async Task Entries_OfAnotherTenant_AreSeenByTheOwnerOnly()
    {
        var other = (await _host.Get<CreateTenant>().RunAsync("other")).Value;
        await AddAsync("theirs", other);
        await AddAsync("installation", Guid.Empty);
        Assert.DoesNotContain((await Audit.ListAsync(Ada, new(), new(200))).Items, e => e.Target.Name is "theirs" or "installation");
        var all = (await Audit.ListAsync(Owner, new() { Who = "many" }, new(200))).Items;
        Assert.Equal(["installation", "theirs"], all.Select(e => e.Target.Name).Order());
        Assert.Null(await Audit.GetAsync(Ada, all[0].Id));
        Assert.Equal("theirs", Assert.Single((await Audit.ListAsync(Owner, new() { Who = "many", Tenant = other }, new(200))).Items).Target.Name);
    }

    [Fact]
    public async Task Reading_WithoutTheRight_IsForbidden()
    {
        await Assert.ThrowsAsync<ForbiddenException>(() => Audit.ListAsync(Ada with { Scopes = [ApiScopeNames.Read] }, new(), new(1)));
        await Assert.ThrowsAsync<ForbiddenException>(() => Audit.ListAsync(Ada with { Tenant = Guid.Empty }, new(), new(1)));
    }

    private Task AddAsync(string target, Guid? tenant = null) => _host.Database.AddAsync(new AuditEntry
    {
        Id = Guid.CreateVersion7(_host.Clock.GetUtcNow()), TenantId = tenant ?? _host.Tenant, At = _host.Clock.GetUtcNow(), ActorName = "many", Action = "test.made", TargetName = target,
    });
}
