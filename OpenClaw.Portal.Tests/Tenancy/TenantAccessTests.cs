using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Pages.Overview;
using OpenClaw.Portal.Tenancy;
using OpenClaw.Portal.Tests.Fakes;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace OpenClaw.Portal.Tests.Tenancy;

public sealed class TenantAccessTests : IAsyncLifetime
{
    private static readonly Guid Member = Guid.CreateVersion7();
    private static readonly Guid Stranger = Guid.CreateVersion7();
    private static readonly Guid Owner = Guid.CreateVersion7();
    private PortalDatabase _database = null!;
    private TenantAccess _access = null!;

    public async Task InitializeAsync()
    {
        _database = await PortalDatabase.CreateAsync();
        _access = new(_database.System, _database.Catalog);
        await _database.AddAsync(
            new Person { Id = Member, UserName = "m", Email = "m@example.org" },
            new Person { Id = Stranger, UserName = "s", Email = "s@example.org" },
            new Person { Id = Owner, UserName = "o", Email = "o@example.org", IsOwner = true },
            new Membership { PersonId = Member, TenantId = _database.Tenant.Id, Role = TenantRole.Operator });
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task FindAsync_Member_HasTheRole() => Assert.Equal(TenantRole.Operator, (await _access.FindAsync(Of(Member), "acme"))!.Role);

    [Fact]
    public async Task FindAsync_Owner_IsAdminEverywhere() => Assert.Equal(TenantRole.Admin, (await _access.FindAsync(Of(Owner), "acme"))!.Role);

    [Fact]
    public async Task FindAsync_Stranger_FindsNothing() => Assert.Null(await _access.FindAsync(Of(Stranger), "acme"));

    [Fact]
    public async Task FindAsync_UnknownSlug_FindsNothing() => Assert.Null(await _access.FindAsync(Of(Owner), "other"));

    [Fact]
    public async Task FindAsync_NotSignedIn_FindsNothing() => Assert.Null(await _access.FindAsync(new(), "acme"));

    [Fact]
    public async Task ListAsync_ByPerson_OnlyTheirs()
    {
        Assert.Single(await _access.ListAsync(Of(Member)));
        Assert.Single(await _access.ListAsync(Of(Owner)));
        Assert.Empty(await _access.ListAsync(Of(Stranger)));
    }

    [Fact]
    public async Task Policy_RequestAndStepInCircuit_AskTheSame()
    {
        var http = new DefaultHttpContext();
        http.Request.RouteValues["Slug"] = "acme";
        var route = new RouteData(typeof(Overview), new Dictionary<string, object?> { ["Slug"] = "acme" });
        Assert.True(await AllowedAsync(Of(Member), http));
        Assert.True(await AllowedAsync(Of(Member), route));
        Assert.False(await AllowedAsync(Of(Stranger), http));
        Assert.False(await AllowedAsync(Of(Stranger), route));
        Assert.False(await AllowedAsync(Of(Member), resource: null));
    }

    private static ClaimsPrincipal Of(Guid person) => new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, person.ToString())], "test"));

    private async Task<bool> AllowedAsync(ClaimsPrincipal user, object? resource)
    {
        var context = new AuthorizationHandlerContext([new TenantMember(TenantRole.Viewer)], user, resource);
        await new TenantMemberHandler(_access).HandleAsync(context);
        return context.HasSucceeded;
    }
}
