using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity;
using OpenClaw.Portal.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Identity;

public sealed class OwnerSetupTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private PortalDatabase _database = null!;
    private ServiceProvider _services = null!;

    public async Task InitializeAsync()
    {
        _database = await PortalDatabase.CreateAsync();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System).AddSingleton(_database.System).AddSingleton(_database.Catalog);
        services.AddSingleton(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = "." });
        services.AddPortalIdentity();
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task CreateAsync_First_MakesOwnerMemberAndNamesTheTenant()
    {
        var (owner, faults) = await CreateAsync(new("ada@example.org", Password, "Acme Support", "support"));
        Assert.Empty(faults);
        Assert.True(owner!.IsOwner);
        await using var db = _database.System.Create();
        var tenant = await db.Tenants.SingleAsync();
        Assert.Equal(("Acme Support", "support"), (tenant.Name, tenant.Slug));
        Assert.Equal(TenantRole.Admin, (await db.Memberships.SingleAsync()).Role);
        Assert.True(await _services.GetRequiredService<Installation>().IsOwnedAsync(default));
    }

    [Fact]
    public async Task CreateAsync_WithoutTenantNames_KeepsThem()
    {
        await CreateAsync(new("ada@example.org", Password));
        await using var db = _database.System.Create();
        Assert.Equal("acme", (await db.Tenants.SingleAsync()).Slug);
    }

    [Fact]
    public async Task CreateAsync_Second_IsRefused()
    {
        await CreateAsync(new("ada@example.org", Password));
        var (owner, faults) = await CreateAsync(new("eve@example.org", Password));
        Assert.Null(owner);
        Assert.Single(faults);
    }

    [Fact]
    public async Task CreateAsync_TwoAtOnce_OnlyOneWins()
    {
        var results = await Task.WhenAll(CreateAsync(new("ada@example.org", Password)), CreateAsync(new("eve@example.org", Password)));
        Assert.Single(results, r => r.Owner is not null);
    }

    [Fact]
    public async Task CreateAsync_BadPassword_LeavesNothing()
    {
        var (owner, faults) = await CreateAsync(new("ada@example.org", "short", "Other", "other"));
        Assert.Null(owner);
        Assert.NotEmpty(faults);
        await using var db = _database.System.Create();
        Assert.Empty(await db.Users.ToListAsync());
        Assert.Empty(await db.Memberships.ToListAsync());
        Assert.Equal("acme", (await db.Tenants.SingleAsync()).Slug);
    }

    [Fact]
    public async Task Password_OfTheOwner_IsHashedAndChecked()
    {
        var (owner, _) = await CreateAsync(new("ada@example.org", Password));
        await using var scope = _services.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        Assert.DoesNotContain(Password, owner!.PasswordHash!, StringComparison.Ordinal);
        Assert.True(await people.CheckPasswordAsync(owner, Password));
        Assert.False(await people.CheckPasswordAsync(owner, "wrong horse battery"));
    }

    private async Task<(Person? Owner, IReadOnlyList<string> Faults)> CreateAsync(OwnerRequest request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OwnerSetup>().CreateAsync(request, default);
    }
}
