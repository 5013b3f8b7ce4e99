using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Members;

public sealed class InvitationsTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;

    private Invitations Invitations => _host.Get<Invitations>();

    private InvitationOffers Offers => _host.Get<InvitationOffers>();

    private Caller Admin => new(_host.Tenant, ActorKind.Person, Guid.NewGuid(), "ada@example.com", Roles.ScopesOf(TenantRole.Admin), "10.0.0.7");

    public async Task InitializeAsync() => _host = await AdministrationHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task CreateAsync_GivesTheLinkOnceAndKeepsItsHashOnly()
    {
        var made = (await Invitations.CreateAsync(Admin, new(" Bob@Example.com ", "Operator", 3))).Value!;
        var token = TokenOf(made);
        Assert.Equal(("Bob@Example.com", "operator", "ada@example.com", _host.Clock.GetUtcNow().AddDays(3)), (made.Email, made.Role, made.InvitedBy, made.ExpiresAt));
        Assert.Null(Assert.Single((await Invitations.ListAsync(_host.Tenant, new(10))).Items).Link);
        await using var db = _host.Get<ISystemDbFactory>().Create();
        Assert.Equal(32, (await db.Invitations.SingleAsync()).TokenHash.Length);
        Assert.DoesNotContain(token, (await db.Audit.SingleAsync(a => a.Action == "invitation.created")).After, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "viewer", 7, "email")]
    [InlineData("Bob <bob@example.com>", "viewer", 7, "email")]
    [InlineData("bob@exa mple.com", "viewer", 7, "email")]
    [InlineData("bob@example.com\r\nBcc: eve@example.com", "viewer", 7, "email")]
    [InlineData("bob@example.com", "owner", 7, "role")]
    [InlineData("bob@example.com", "3", 7, "role")]
    [InlineData("bob@example.com", null, 7, "role")]
    [InlineData("bob@example.com", "viewer", 0, "days")]
    [InlineData("bob@example.com", "viewer", 31, "days")]
    public async Task CreateAsync_BadInput_IsToldAtTheField(string email, string? role, int days, string field)
    {
        var result = await Invitations.CreateAsync(Admin, new(email, role, days));
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Equal(field, Assert.Single(result.Errors).Key);
    }

    [Fact]
    public async Task CreateAsync_Twice_PointsToTheOpenOne()
    {
        await InviteAsync("bob@example.com");
        Assert.Contains("email", (await Invitations.CreateAsync(Admin, new("BOB@example.com", "viewer"))).Errors);
        _host.Clock.Advance(TimeSpan.FromDays(Invitations.DefaultDays));
        Assert.Equal(AdminStatus.Done, (await Invitations.CreateAsync(Admin, new("bob@example.com", "viewer"))).Status);
    }

    [Fact]
    public async Task CreateAsync_ForAMember_IsRefused()
    {
        await JoinAsync("bob@example.com", TenantRole.Viewer);
        Assert.Contains("email", (await Invitations.CreateAsync(Admin, new("bob@EXAMPLE.com", "admin"))).Errors);
    }

    [Fact]
    public async Task EveryCommand_WithoutTheRight_IsForbidden()
    {
        var viewer = Admin with { Scopes = [ApiScopeNames.Read] };
        await Assert.ThrowsAsync<ForbiddenException>(() => Invitations.CreateAsync(viewer, new("bob@example.com", "viewer")));
        await Assert.ThrowsAsync<ForbiddenException>(() => Invitations.RenewAsync(viewer, Guid.NewGuid()));
        await Assert.ThrowsAsync<ForbiddenException>(() => Invitations.RevokeAsync(viewer, Guid.NewGuid()));
    }

    [Fact]
    public async Task AnothersInvitation_IsNotFound()
    {
        var made = await InviteAsync("bob@example.com");
        var stranger = Admin with { Tenant = (await _host.Get<CreateTenant>().RunAsync("other")).Value };
        Assert.Equal(AdminStatus.NotFound, (await Invitations.RevokeAsync(stranger, made.Id)).Status);
        Assert.Equal(AdminStatus.NotFound, (await Invitations.RenewAsync(stranger, made.Id)).Status);
        Assert.Empty((await Invitations.ListAsync(stranger.Tenant, new(10))).Items);
        Assert.Equal(OfferState.Open, (await Offers.FindAsync(TokenOf(made)))!.State);
    }

    [Fact]
    public async Task RenewAsync_EndsTheOldLink()
    {
        var made = await InviteAsync("bob@example.com");
        var renewed = (await Invitations.RenewAsync(Admin, made.Id, 1)).Value!;
        Assert.Null(await Offers.FindAsync(TokenOf(made)));
        Assert.Equal(OfferState.Open, (await Offers.FindAsync(TokenOf(renewed)))!.State);
    }

    [Fact]
    public async Task RevokeAsync_EndsTheLink()
    {
        var made = await InviteAsync("bob@example.com");
        Assert.Equal(AdminStatus.Done, (await Invitations.RevokeAsync(Admin, made.Id)).Status);
        Assert.Null(await Offers.FindAsync(TokenOf(made)));
        Assert.Empty((await Invitations.ListAsync(_host.Tenant, new(10))).Items);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task FindAsync_Guess_IsNothing(string? token) => Assert.Null(await Offers.FindAsync(token));

    [Fact]
    public async Task FindAsync_AfterItsTerm_IsExpired()
    {
        var made = await InviteAsync("bob@example.com");
        _host.Clock.Advance(TimeSpan.FromDays(Invitations.DefaultDays));
        Assert.Equal(OfferState.Expired, (await Offers.FindAsync(TokenOf(made)))!.State);
    }

    [Fact]
    public async Task FindAsync_SuspendedTenant_SaysSo()
    {
        var made = await InviteAsync("bob@example.com");
        await using (var db = _host.Get<ISystemDbFactory>().Create())
        {
            (await db.Tenants.SingleAsync()).Suspended = true;
            await db.SaveChangesAsync();
        }

        Assert.Equal(OfferState.Suspended, (await Offers.FindAsync(TokenOf(made)))!.State);
    }

    [Fact]
    public async Task StageAsync_MakesTheMembershipOnce()
    {
        var made = await InviteAsync("bob@example.com", "operator");
        await using var db = _host.Get<ISystemDbFactory>().Create();
        var bob = await AddPersonAsync(db, "bob@example.com");
        Assert.True(await Offers.StageAsync(db, TokenOf(made), bob, "10.0.0.8"));
        await db.SaveChangesAsync();
        Assert.Equal((_host.Tenant, TenantRole.Operator), await db.Memberships.Select(m => new ValueTuple<Guid, TenantRole>(m.TenantId, m.Role)).SingleAsync());
        Assert.Equal((bob.Id, "10.0.0.8"), await db.Audit.Where(a => a.Action == "invitation.accepted").Select(a => new ValueTuple<Guid, string?>(a.ActorId, a.Address)).SingleAsync());
        Assert.Equal(OfferState.Accepted, (await Offers.FindAsync(TokenOf(made)))!.State);
        Assert.False(await Offers.StageAsync(db, TokenOf(made), bob, null));
    }

    [Fact]
    public async Task StageAsync_OfAnAdmin_TakesNothingAway()
    {
        var made = await InviteAsync("bob@example.com", "viewer");
        var bob = await JoinAsync("bob@example.com", TenantRole.Admin);
        await using var db = _host.Get<ISystemDbFactory>().Create();
        Assert.True(await Offers.StageAsync(db, TokenOf(made), bob, null));
        await db.SaveChangesAsync();
        Assert.Equal(TenantRole.Admin, (await db.Memberships.SingleAsync()).Role);
    }

    private static string TokenOf(InvitationView view) => view.Link!.Segments[^1];

    private async Task<InvitationView> InviteAsync(string email, string role = "viewer") => (await Invitations.CreateAsync(Admin, new(email, role))).Value!;

    private async Task<Person> JoinAsync(string email, TenantRole role)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        var person = await AddPersonAsync(db, email);
        db.Memberships.Add(new() { PersonId = person.Id, TenantId = _host.Tenant, Role = role });
        await db.SaveChangesAsync();
        return person;
    }

    private static async Task<Person> AddPersonAsync(GatewayDbContext db, string email)
    {
        var person = new Person { Id = Guid.NewGuid(), UserName = email, Email = email, NormalizedEmail = email.ToUpperInvariant(), NormalizedUserName = email.ToUpperInvariant() };
        db.Users.Add(person);
        await db.SaveChangesAsync();
        return person;
    }
}
