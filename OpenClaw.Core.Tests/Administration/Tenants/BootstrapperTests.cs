using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Tenants;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Tenants;

public sealed class BootstrapperTests
{
    private static readonly string Key = "ock_" + new string('k', 32);

    [Fact]
    public async Task Run_EmptyDatabase_MakesATenantThatWorks()
    {
        await using var host = await StartAsync(new() { Tenant = "default", ApiKey = Key });
        var tenant = host.Catalog.FindTenant("default")!;
        Assert.Equal("Default", tenant.Name);
        Assert.Equal("Web chat", Assert.Single(host.Catalog.Channels).Name);
        Assert.Equal(host.Catalog.FindAgent(tenant.Id, "Echo")!.Id, tenant.Settings.DefaultAgent);
        var identity = await host.Get<ApiKeyLookup>().FindAsync(Key);
        Assert.Equal(tenant.Id, identity!.Tenant);
        Assert.Equal(ApiScopeNames.All, identity.Scopes);
    }

    [Fact]
    public async Task Run_Again_ChangesNothing()
    {
        await using var host = await StartAsync(new() { Tenant = "default", ApiKey = Key });
        await host.Get<Bootstrapper>().RunAsync(default);
        await using var db = host.Database.System.Create();
        Assert.Equal((1, 1, 1, 1), (await db.Tenants.CountAsync(), await db.Channels.CountAsync(), await db.Agents.CountAsync(), await db.ApiKeys.CountAsync()));
    }

    [Fact]
    public async Task Run_SlugWasChangedSince_MakesTheKeyForTheFirstTenant()
    {
        await using var host = await StartAsync(new() { Tenant = "default", ApiKey = Key });
        await using (var db = host.Database.System.Create())
        {
            await db.WriteAsync(d => d.Tenants.ExecuteUpdateAsync(s => s.SetProperty(t => t.Slug, "renamed")), default);
            await db.WriteAsync(d => d.ApiKeys.ExecuteDeleteAsync(), default);
        }

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.Get<Bootstrapper>().RunAsync(default);
        Assert.Equal(host.Catalog.FindTenant("renamed")!.Id, (await host.Get<ApiKeyLookup>().FindAsync(Key))!.Tenant);
        Assert.Single(host.Catalog.Tenants);
    }

    [Theory]
    [InlineData("Not A Slug", null, "Bootstrap:Tenant")]
    [InlineData("default", "ock_short", "Bootstrap:ApiKey")]
    public async Task Run_WrongValue_NamesTheKey(string slug, string? key, string named)
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new BootstrapOptions { Tenant = slug, ApiKey = key }));
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("Upper")]
    [InlineData("-a")]
    [InlineData("")]
    public async Task CreateTenant_TakenOrWrongSlug_IsInvalid(string slug)
    {
        await using var host = await StartAsync();
        var result = await host.Get<CreateTenant>().RunAsync(slug);
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Contains("slug", result.Errors.Keys);
    }
}
