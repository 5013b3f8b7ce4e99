using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Members;

public sealed class ChangeMemberTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    private ChangeMember Change => _host.Get<ChangeMember>();

    public async Task InitializeAsync() => _host = await AdministrationHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task SetRole_OfAnother_IsSavedAndNoted()
    {
        var (ada, bob) = (await AddAsync("ada@example.com", TenantRole.Admin), await AddAsync("bob@example.com", TenantRole.Viewer));
        var result = await Change.SetRoleAsync(As(ada), bob, "operator");
        Assert.Equal("operator", result.Value!.Role);
        await using var db = _host.Database.Tenants.Create(_host.Tenant);
        var entry = await db.Audit.SingleAsync(e => e.Action == "member.changed");
        Assert.Equal((ada, bob, "bob@example.com", """{"role":"viewer"}""", """{"role":"operator"}"""), (entry.ActorId, entry.TargetId, entry.TargetName, entry.Before, entry.After));
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("3")]
    [InlineData("")]
    [InlineData(null)]
    public async Task SetRole_Unknown_IsToldAtTheField(string? role)
    {
        var bob = await AddAsync("bob@example.com", TenantRole.Viewer);
        Assert.Contains("role", (await Change.SetRoleAsync(Caller.System(_host.Tenant), bob, role)).Errors);
    }

    [Fact]
    public async Task LastAdmin_IsKept_UnlessTheOwnerDoesIt()
    {
        var ada = await AddAsync("ada@example.com", TenantRole.Admin);
        Assert.Equal(AdminStatus.InUse, (await Change.SetRoleAsync(As(ada), ada, "viewer")).Status);
        Assert.Equal(AdminStatus.InUse, (await Change.RemoveAsync(As(ada), ada)).Status);
        Assert.Equal(AdminStatus.Done, (await Change.RemoveAsync(As(Guid.NewGuid(), Roles.OfOwner), ada)).Status);
        Assert.Null(await _host.Get<MemberQueries>().GetAsync(As(Guid.NewGuid()), ada));
    }

    [Fact]
    public async Task LastAdmin_TwoAtOnce_OneStays()
    {
        var (ada, bob) = (await AddAsync("ada@example.com", TenantRole.Admin), await AddAsync("bob@example.com", TenantRole.Admin));
        var results = await Task.WhenAll(Change.RemoveAsync(As(ada), bob), Change.RemoveAsync(As(bob), ada));
        Assert.Equal([AdminStatus.Done, AdminStatus.InUse], results.Select(r => r.Status).Order());
    }

    [Fact]
    public async Task Role_AboveTheGivers_IsRefused()
    {
        var bob = await AddAsync("bob@example.com", TenantRole.Viewer);
        var key = Caller.System(_host.Tenant) with { Kind = ActorKind.ApiKey, Scopes = [ApiScopeNames.Read, ApiScopeNames.Configure] };
        Assert.Contains("operate", Assert.Single((await Change.SetRoleAsync(key, bob, "admin")).Errors["role"]), StringComparison.Ordinal);
        Assert.Contains("role", (await _host.Get<Invitations>().CreateAsync(key, new("eve@example.com", "admin"))).Errors);
        Assert.Equal(AdminStatus.Done, (await _host.Get<Invitations>().CreateAsync(key, new("eve@example.com", "viewer"))).Status);
    }

    [Fact]
    public async Task OwnRole_IsNotRaised()
    {
        var bob = await AddAsync("bob@example.com", TenantRole.Operator);
        Assert.Contains("role", (await Change.SetRoleAsync(As(bob), bob, "admin")).Errors);
    }

    [Fact]
    public async Task List_HoldsMembersAndInvitations_PageByPage()
    {
        foreach (var name in (string[])["a", "b", "c"])
        {
            await AddAsync($"{name}@example.com", TenantRole.Viewer);
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
            await _host.Get<Invitations>().CreateAsync(Caller.System(_host.Tenant), new($"{name}{name}@example.com", "viewer"));
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var queries = _host.Get<MemberQueries>();
        var (seen, after) = (new List<string>(), (string?)null);
        do
        {
            var page = await queries.ListAsync(As(Guid.NewGuid()), new(2, after));
            seen.AddRange(page.Items.Select(m => $"{m.State} {m.Email}"));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(["invited cc@example.com", "member c@example.com", "invited bb@example.com", "member b@example.com", "invited aa@example.com", "member a@example.com"], seen);
        Assert.Equal(["bb@example.com"], (await queries.ListAsync(As(Guid.NewGuid()), new(10), "bb@")).Items.Select(m => m.Email));
    }

    private Caller As(Guid person, IReadOnlyCollection<string>? scopes = null) => new(_host.Tenant, ActorKind.Person, person, "ada@example.com", scopes ?? Roles.ScopesOf(TenantRole.Admin));

    private async Task<Guid> AddAsync(string email, TenantRole role)
    {
        var id = Guid.CreateVersion7();
        await _host.Database.AddAsync(
            new Person { Id = id, Email = email, NormalizedEmail = email.ToUpperInvariant(), UserName = email },
            new Membership { PersonId = id, TenantId = _host.Tenant, Role = role, CreatedAt = _host.Clock.GetUtcNow() });
        return id;
    }
}
