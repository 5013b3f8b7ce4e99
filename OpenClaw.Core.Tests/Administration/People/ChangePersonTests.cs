using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.People;

public sealed class ChangePersonTests : IAsyncLifetime, IDisposable
{
    private readonly Watch _watch = new();
    private AdministrationHost _host = null!;
    private ChangePerson _change = null!;
    private Guid _owner;

    public async Task InitializeAsync()
    {
        _host = await AdministrationHost.StartAsync();
        _change = new(_host.Get<ISystemDbFactory>(), [_watch], _host.Clock);
        _owner = await AddAsync("owner@example.com", isOwner: true);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _change?.Dispose();

    [Fact]
    public async Task Everything_ByAnAdmin_IsForbidden()
    {
        var bob = await AddAsync("bob@example.com", places: _host.Tenant);
        var admin = new Caller(_host.Tenant, ActorKind.Person, Guid.NewGuid(), "ada@example.com", Roles.ScopesOf(TenantRole.Admin));
        await Assert.ThrowsAsync<ForbiddenException>(() => _change.UnlockAsync(admin, bob));
        await Assert.ThrowsAsync<ForbiddenException>(() => _change.EndSignInsAsync(admin, bob));
        await Assert.ThrowsAsync<ForbiddenException>(() => _change.RemoveTwoFactorAsync(admin, bob));
        await Assert.ThrowsAsync<ForbiddenException>(() => _change.SetOwnerAsync(admin, bob, owner: true));
        await Assert.ThrowsAsync<ForbiddenException>(() => _change.RemoveAsync(admin, bob));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<PersonQueries>().ListAsync(admin, new(10), new()));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<PersonQueries>().GetAsync(admin, bob));
    }

    [Fact]
    public async Task Nobody_IsNotFound() => Assert.Equal(AdminStatus.NotFound, (await _change.RemoveAsync(Owner, Guid.NewGuid())).Status);

    [Fact]
    public async Task Unlock_LetsTryAgain_AndIsNotedInTheTenant()
    {
        var bob = await AddAsync("bob@example.com", places: _host.Tenant);
        await EditAsync(bob, p => (p.LockoutEnd, p.AccessFailedCount) = (_host.Clock.GetUtcNow().AddMinutes(10), 3));
        Assert.NotNull((await ViewAsync(bob))!.LockedUntil);
        Assert.Equal(AdminStatus.Done, (await _change.UnlockAsync(Owner, bob)).Status);
        Assert.Null((await ViewAsync(bob))!.LockedUntil);
        Assert.Equal([(_host.Tenant, _owner, bob)], await NotedAsync("person.unlocked"));
        await _change.UnlockAsync(Owner, bob);
        Assert.Single(await NotedAsync("person.unlocked"));
    }

    [Fact]
    public async Task RemoveTwoFactor_TakesKeyAndCodes_EndsSignIns_AndIsNotedInEachTenant()
    {
        var other = (await _host.Get<CreateTenant>().RunAsync("other")).Value;
        var bob = await AddAsync("bob@example.com", places: [_host.Tenant, other]);
        await EditAsync(bob, p => p.TwoFactorEnabled = true);
        await _host.Database.AddAsync(
            new IdentityUserToken<Guid> { UserId = bob, LoginProvider = "[AspNetUserStore]", Name = "AuthenticatorKey", Value = "x" },
            new IdentityUserToken<Guid> { UserId = bob, LoginProvider = "passkey.used", Name = "x", Value = "1" });
        var (signIn, others) = (await SignInAsync(bob), await SignInAsync(_owner));
        var stamp = await StampAsync(bob);
        Assert.Equal(1, (await _change.RemoveTwoFactorAsync(Owner, bob)).Value!.SignInsEnded);
        await using var db = _host.Get<ISystemDbFactory>().Create();
        Assert.Equal(["passkey.used"], await db.UserTokens.Where(t => t.UserId == bob).Select(t => t.LoginProvider).ToListAsync());
        Assert.False((await ViewAsync(bob))!.TwoFactor);
        Assert.NotEqual(stamp, await StampAsync(bob));
        Assert.Equal([signIn], _watch.Told);
        Assert.Null((await db.SignIns.SingleAsync(s => s.Id == others)).EndedAt);
        Assert.Equal(new[] { (_host.Tenant, _owner, bob), (other, _owner, bob) }.Order(), (await NotedAsync("two-factor.removed")).Order());
        Assert.Equal(AdminStatus.InUse, (await _change.RemoveTwoFactorAsync(Owner, bob)).Status);
    }

    [Fact]
    public async Task RemoveTwoFactor_OnesOwn_IsRefused_ButNotToTheCommandLine()
    {
        await EditAsync(_owner, p => p.TwoFactorEnabled = true);
        Assert.Equal(AdminStatus.InUse, (await _change.RemoveTwoFactorAsync(Owner, _owner)).Status);
        Assert.Equal(AdminStatus.Done, (await _change.RemoveTwoFactorAsync(Caller.System(Guid.Empty), _owner)).Status);
        Assert.Equal([(Guid.Empty, Guid.Empty, _owner)], await NotedAsync("two-factor.removed"));
    }

    [Fact]
    public async Task EndSignIns_EndsThoseOfThePersonAlone()
    {
        var bob = await AddAsync("bob@example.com", places: _host.Tenant);
        var (first, second) = (await SignInAsync(bob), await SignInAsync(bob));
        await SignInAsync(_owner);
        Assert.Equal(2, (await _change.EndSignInsAsync(Owner, bob)).Value!.SignInsEnded);
        Assert.Equal(new[] { first, second }.Order(), _watch.Told.Order());
        Assert.Equal((0, 1), ((await ViewAsync(bob))!.SignIns, (await ViewAsync(_owner))!.SignIns));
        Assert.Single(await NotedAsync("sign-in.ended"));
    }

    [Fact]
    public async Task Ownership_IsGivenAndTaken_NeverFromTheLast()
    {
        var bob = await AddAsync("bob@example.com", places: _host.Tenant);
        Assert.Equal(AdminStatus.InUse, (await _change.SetOwnerAsync(Owner, _owner, owner: false)).Status);
        Assert.Equal(AdminStatus.Done, (await _change.SetOwnerAsync(Owner, bob, owner: true)).Status);
        Assert.True((await ViewAsync(bob))!.IsOwner);
        Assert.Equal(AdminStatus.Done, (await _change.SetOwnerAsync(Owner, _owner, owner: false)).Status);
        Assert.Equal(AdminStatus.InUse, (await _change.SetOwnerAsync(Owner, bob, owner: false)).Status);
        Assert.Equal([(Guid.Empty, _owner, bob)], await NotedAsync("owner.made"));
        Assert.Equal([(Guid.Empty, _owner, _owner)], await NotedAsync("owner.removed"));
    }

    [Fact]
    public async Task Ownership_TwoTakeEachOthersAtOnce_OneStays()
    {
        var bob = await AddAsync("bob@example.com", isOwner: true);
        var results = await Task.WhenAll(_change.SetOwnerAsync(Owner, bob, owner: false), _change.SetOwnerAsync(Owner with { Id = bob }, _owner, owner: false));
        Assert.Equal([AdminStatus.Done, AdminStatus.InUse], results.Select(r => r.Status).Order());
    }

    [Fact]
    public async Task Remove_TakesWhatIsThePersons_KeepsWhatTheyDid_AndOthers()
    {
        var other = (await _host.Get<CreateTenant>().RunAsync("other")).Value;
        var (bob, eve) = (await AddAsync("bob@example.com", places: [_host.Tenant]), await AddAsync("eve@example.com", places: [_host.Tenant, other]));
        await _host.Database.AddAsync(
            new IdentityUserPasskey<Guid> { UserId = bob, CredentialId = [1], Data = new() { PublicKey = [], AttestationObject = [], ClientDataJson = [] } },
            new IdentityUserToken<Guid> { UserId = bob, LoginProvider = "[AspNetUserStore]", Name = "AuthenticatorKey", Value = "x" },
            new AuditEntry { Id = Guid.CreateVersion7(), TenantId = _host.Tenant, At = _host.Clock.GetUtcNow(), Actor = ActorKind.Person, ActorId = bob, ActorName = "bob@example.com", Action = "agent.created", TargetId = Guid.NewGuid() });
        await _host.Get<Invitations>().CreateAsync(Caller.System(other), new("Bob@example.com", "viewer"));
        var signIn = await SignInAsync(bob);
        Assert.Equal(AdminStatus.Done, (await _change.RemoveAsync(Owner, bob)).Status);
        await using var db = _host.Get<ISystemDbFactory>().Create();
        Assert.False(await db.Users.AnyAsync(p => p.Id == bob));
        Assert.False(await db.Memberships.AnyAsync(m => m.PersonId == bob));
        Assert.False(await db.SignIns.AnyAsync(s => s.PersonId == bob));
        Assert.False(await db.UserTokens.AnyAsync(t => t.UserId == bob));
        Assert.False(await db.Set<IdentityUserPasskey<Guid>>().AnyAsync(k => k.UserId == bob));
        Assert.False(await db.Invitations.AnyAsync());
        Assert.Equal(2, await db.Memberships.CountAsync(m => m.PersonId == eve));
        Assert.Equal("bob@example.com", (await db.Audit.SingleAsync(e => e.Action == "agent.created")).ActorName);
        Assert.Equal("bob@example.com", (await db.Audit.SingleAsync(e => e.Action == "person.removed")).TargetName);
        Assert.Equal([(_host.Tenant, _owner, bob)], await NotedAsync("member.removed"));
        Assert.Equal([(Guid.Empty, _owner, bob)], await NotedAsync("person.removed"));
        Assert.Equal([(other, _owner, bob)], await NotedAsync("invitation.revoked"));
        Assert.Equal([signIn], _watch.Told);
    }

    [Fact]
    public async Task Remove_LastOwnerOrOneself_IsRefused()
    {
        var bob = await AddAsync("bob@example.com", isOwner: true);
        Assert.Equal(AdminStatus.InUse, (await _change.RemoveAsync(Owner, _owner)).Status);
        Assert.Equal(AdminStatus.Done, (await _change.RemoveAsync(Owner, bob)).Status);
        Assert.Equal(AdminStatus.InUse, (await _change.RemoveAsync(Caller.System(Guid.Empty), _owner)).Status);
    }

    [Fact]
    public async Task List_IsNarrowedAndPaged()
    {
        var other = (await _host.Get<CreateTenant>().RunAsync("other")).Value;
        var ada = await AddAsync("ada@example.com", places: [_host.Tenant, other]);
        var bob = await AddAsync("bob_b@example.com", places: _host.Tenant);
        await EditAsync(bob, p => (p.LockoutEnd, p.TwoFactorEnabled) = (_host.Clock.GetUtcNow().AddMinutes(1), true));
        var queries = _host.Get<PersonQueries>();
        async Task<IEnumerable<string>> ListAsync(PeopleFilter filter) => (await queries.ListAsync(Owner, new(10), filter)).Items.Select(p => p.Email);
        Assert.Equal(["bob_b@example.com", "ada@example.com", "owner@example.com"], await ListAsync(new()));
        Assert.Equal(["bob_b@example.com"], await ListAsync(new("b_b")));
        Assert.Equal(["ada@example.com"], await ListAsync(new(Tenant: "other")));
        Assert.Equal(["owner@example.com"], await ListAsync(new(Kind: PeopleKind.Owner)));
        Assert.Equal(["bob_b@example.com"], await ListAsync(new(Kind: PeopleKind.Locked)));
        Assert.Equal(["ada@example.com", "owner@example.com"], await ListAsync(new(Kind: PeopleKind.PasswordOnly)));
        Assert.Equal(["owner@example.com"], await ListAsync(new(Kind: PeopleKind.WithoutTenant)));
        Assert.Equal(["default", "other"], (await ViewAsync(ada))!.Places.Select(p => p.Slug).Order(StringComparer.Ordinal));
        var first = await queries.ListAsync(Owner, new(2), new());
        Assert.Equal("owner@example.com", Assert.Single((await queries.ListAsync(Owner, new(2, first.Next), new())).Items).Email);
    }

    private Caller Owner => new(Guid.Empty, ActorKind.Person, _owner, "owner@example.com", Roles.OfOwner);

    private Task<PersonView?> ViewAsync(Guid person) => _host.Get<PersonQueries>().GetAsync(Owner, person);

    private async Task<string?> StampAsync(Guid person)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        return await db.Users.Where(p => p.Id == person).Select(p => p.SecurityStamp).SingleAsync();
    }

    private async Task<List<(Guid Tenant, Guid Actor, Guid Target)>> NotedAsync(string action)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        return (await db.Audit.Where(e => e.Action == action).ToListAsync()).ConvertAll(e => (e.TenantId, e.ActorId, e.TargetId));
    }

    private async Task EditAsync(Guid person, Action<Person> edit)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        edit(await db.Users.SingleAsync(p => p.Id == person));
        await db.SaveChangesAsync();
    }

    private async Task<Guid> SignInAsync(Guid person)
    {
        var now = _host.Clock.GetUtcNow();
        var row = new SignIn { Id = Guid.NewGuid(), PersonId = person, CreatedAt = now, LastSeenAt = now, ExpiresAt = now.AddDays(1), Method = "password" };
        await _host.Database.AddAsync(row);
        return row.Id;
    }

    private async Task<Guid> AddAsync(string email, bool isOwner = false, params Guid[] places)
    {
        var id = Guid.CreateVersion7();
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        await _host.Database.AddAsync(
        [
            new Person { Id = id, Email = email, NormalizedEmail = email.ToUpperInvariant(), UserName = email, NormalizedUserName = email.ToUpperInvariant(), SecurityStamp = "before", IsOwner = isOwner, CreatedAt = _host.Clock.GetUtcNow() },
            .. places.Select(t => new Membership { PersonId = id, TenantId = t, Role = TenantRole.Viewer, CreatedAt = _host.Clock.GetUtcNow() }),
        ]);
        return id;
    }

    private sealed class Watch : ISignInWatch
    {
        public List<Guid> Told { get; } = [];

        public void Ended(IReadOnlyCollection<Guid> signIns) => Told.AddRange(signIns);
    }
}
