using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Portal.Components.Layout;
using OpenClaw.Portal.Components.Pages.Owner;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>The owner's pages of tenants: what their forms refuse, what they make.</summary>
public sealed class OwnerTenantsTests : IAsyncLifetime
{
    private PageContext _page = null!;

    public async Task InitializeAsync()
    {
        _page = await PageContext.CreateAsync();
        _page.Services.AddLogging().AddSingleton(new SecretProtector(new EphemeralDataProtectionProvider())).AddAdministration();
        var id = Guid.NewGuid();
        await _page.Database.AddAsync(new Person { Id = id, UserName = "owner@example.com", Email = "owner@example.com", IsOwner = true });
        _page.AddAuthorization().SetAuthorized("owner@example.com").SetClaims(new Claim(ClaimTypes.NameIdentifier, id.ToString()));
    }

    public async Task DisposeAsync() => await _page.DisposeAsync();

    [Fact]
    public void NewTenant_WrongFields_AreToldAtTheFieldsAndNothingIsMade()
    {
        var page = _page.Render<NewTenant>();
        Field(page, "Slug").Change("No Slug");
        Field(page, "Channels").Change("many");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("A value is needed", page.Markup, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("lower-case letters, digits and hyphens, beginning", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Must be a whole number from 0", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void NewTenant_TakenSlug_IsToldAtTheSlug()
    {
        var page = _page.Render<NewTenant>();
        Field(page, "Name").Change("Acme");
        Field(page, "Slug").Change("acme");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("There is another tenant with that slug.", page.Markup, StringComparison.Ordinal));
        Assert.Equal("true", Field(page, "Slug").GetAttribute("aria-invalid"));
    }

    [Fact]
    public void NewTenant_WithAdminAndKey_ShowsBothOnce()
    {
        var page = _page.Render<NewTenant>();
        Field(page, "Name").Change("Shop & Sons");
        Field(page, "Slug").Change("shop");
        Field(page, "E-mail").Change("ada@example.com");
        page.Find("input[type=checkbox]").Change(true);
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".once-value code").Count));
        Assert.StartsWith("ock_", page.FindAll(".once-value code")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("http://localhost/", page.FindAll(".once-value code")[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void List_ShowsEachWithItsUse()
    {
        var page = _page.Render<OpenClaw.Portal.Components.Pages.Owner.Tenants>();
        page.WaitForAssertion(() => Assert.Contains("Acme", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Contains("Active", page.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspend_WithoutReason_IsRefused_WithOne_Suspends()
    {
        var tenant = (await _page.Services.GetRequiredService<TenantQueries>().GetAsync(Caller.System(Guid.Empty), _page.Database.Tenant.Id))!;
        var changed = 0;
        var part = _page.Render<TenantStatePart>(p => p.Add(c => c.Tenant, tenant).Add(c => c.Caller, () => Task.FromResult(Caller.System(Guid.Empty))).Add(c => c.OnChanged, () => changed++));
        part.Find("form").Submit();
        part.WaitForAssertion(() => Assert.Contains("aria-invalid=\"true\"", part.Markup, StringComparison.Ordinal));
        part.Find("textarea").Change("Not paid.");
        part.Find("form").Submit();
        part.WaitForAssertion(() => Assert.Equal(1, changed));
        var now = (await _page.Services.GetRequiredService<TenantQueries>().GetAsync(Caller.System(Guid.Empty), tenant.Id))!;
        Assert.Equal((true, "Not paid."), (now.Suspended, now.SuspendedReason));
    }

    [Fact]
    public void SuspendedNotice_ForMembers_IsAPageWithTheReason()
    {
        var tenant = _page.Database.Tenant with { Suspended = true, SuspendedReason = "Not paid since May." };
        var member = _page.Render<SuspendedNotice>(p => p.Add(c => c.Tenant, tenant).Add(c => c.IsOwner, false));
        Assert.Equal("Acme is suspended", member.Find("h1").TextContent);
        Assert.Contains("Not paid since May.", member.Markup, StringComparison.Ordinal);
        var owner = _page.Render<SuspendedNotice>(p => p.Add(c => c.Tenant, tenant).Add(c => c.IsOwner, true));
        Assert.Empty(owner.FindAll("h1"));
        Assert.Contains($"owner/tenants/{tenant.Id}?tab=state", owner.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Acme & Söhne GmbH", "acme-sohne-gmbh")]
    [InlineData("  --  ", "")]
    [InlineData(null, "")]
    public void SlugOf_Name_IsASlug(string? name, string slug) => Assert.Equal(slug, TenantForm.SlugOf(name));

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<NewTenant> page, string label)
    {
        var head = page.FindAll("label").First(l => l.TextContent.TrimStart().StartsWith(label, StringComparison.Ordinal));
        return page.Find("#" + head.GetAttribute("for"));
    }
}
