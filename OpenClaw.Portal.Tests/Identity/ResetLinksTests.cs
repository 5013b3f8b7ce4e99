using Microsoft.AspNetCore.DataProtection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Identity;

public sealed class ResetLinksTests : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private PortalDatabase _database = null!;
    private ResetLinks _links = null!;

    public async Task InitializeAsync()
    {
        _database = await PortalDatabase.CreateAsync();
        var options = new GatewayOptions { PublicUrl = new("https://gateway.example"), DataDirectory = "." };
        _links = new(_database.System, new EphemeralDataProtectionProvider(), options, new PersonTrail(_database.System, _clock), _clock);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task FindAsync_GoodLink_IsThatPerson()
    {
        var bob = await AddAsync("bob@example.org");
        var link = _links.Make(bob, ResetLinks.ByMail);
        Assert.StartsWith("https://gateway.example/account/reset/", link.Address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(bob.Id, (await _links.FindAsync(TokenOf(link)))!.Id);
    }

    [Fact]
    public async Task FindAsync_AfterItsTime_IsNobody()
    {
        var link = _links.Make(await AddAsync("bob@example.org"), ResetLinks.ByMail);
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.NotNull(await _links.FindAsync(TokenOf(link)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await _links.FindAsync(TokenOf(link)));
    }

    [Fact]
    public async Task FindAsync_AfterANewPassword_IsNobody()
    {
        var bob = await AddAsync("bob@example.org");
        var link = _links.Make(bob, ResetLinks.ByMail);
        await using (var db = _database.System.Create())
        {
            db.Attach(bob);
            bob.SecurityStamp = Guid.NewGuid().ToString();
            await db.SaveChangesAsync();
        }

        Assert.Null(await _links.FindAsync(TokenOf(link)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64 !")]
    public async Task FindAsync_Nonsense_IsNobody(string? token) => Assert.Null(await _links.FindAsync(token));

    [Fact]
    public async Task FindAsync_Changed_IsNobody()
    {
        var token = TokenOf(_links.Make(await AddAsync("bob@example.org"), ResetLinks.ByMail));
        Assert.Null(await _links.FindAsync((token[0] == 'A' ? 'B' : 'A') + token[1..]));
        Assert.Null(await _links.FindAsync(token[..^4]));
    }

    [Fact]
    public async Task MakeAsync_ByAnAdmin_IsForOwnMembersOnly()
    {
        var (admin, tenant) = (await AddAsync("ada@example.org", (_database.Tenant.Id, TenantRole.Admin)), _database.Tenant.Id);
        var caller = new Caller(tenant, ActorKind.Person, admin.Id, "ada@example.org", Roles.ScopesOf(TenantRole.Admin));
        var member = await AddAsync("bob@example.org", (tenant, TenantRole.Operator));
        var stranger = await AddAsync("eve@example.org", (Guid.NewGuid(), TenantRole.Viewer));
        var both = await AddAsync("both@example.org", (tenant, TenantRole.Viewer), (Guid.NewGuid(), TenantRole.Admin));
        var owner = await AddAsync("owner@example.org", isOwner: true, (tenant, TenantRole.Admin));
        Assert.NotNull(await _links.MakeAsync(caller, member.Id));
        Assert.Null(await _links.MakeAsync(caller, stranger.Id));
        Assert.Null(await _links.MakeAsync(caller, both.Id));
        Assert.Null(await _links.MakeAsync(caller, owner.Id));
        Assert.Null(await _links.MakeAsync(caller, Guid.NewGuid()));
    }

    [Fact]
    public async Task MakeAsync_ByTheOwner_IsForEverybody()
    {
        var caller = new Caller(Guid.Empty, ActorKind.Person, Guid.NewGuid(), "owner@example.org", Roles.OfOwner);
        Assert.NotNull(await _links.MakeAsync(caller, (await AddAsync("eve@example.org", (Guid.NewGuid(), TenantRole.Viewer))).Id));
    }

    [Fact]
    public async Task MakeAsync_ByAnOperator_IsForbidden()
    {
        var caller = new Caller(_database.Tenant.Id, ActorKind.Person, Guid.NewGuid(), "op@example.org", Roles.ScopesOf(TenantRole.Operator));
        await Assert.ThrowsAsync<ForbiddenException>(() => _links.MakeAsync(caller, Guid.NewGuid()));
    }

    private static string TokenOf(ResetLink link) => link.Address.Segments[^1];

    private Task<Person> AddAsync(string email, params (Guid Tenant, TenantRole Role)[] places) => AddAsync(email, isOwner: false, places);

    private async Task<Person> AddAsync(string email, bool isOwner, params (Guid Tenant, TenantRole Role)[] places)
    {
        var person = new Person { Id = Guid.NewGuid(), UserName = email, Email = email, IsOwner = isOwner, SecurityStamp = Guid.NewGuid().ToString() };
        await _database.AddAsync([person, .. places.Select(p => new Membership { PersonId = person.Id, TenantId = p.Tenant, Role = p.Role })]);
        return person;
    }
}
