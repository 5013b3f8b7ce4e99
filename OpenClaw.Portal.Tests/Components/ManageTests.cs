using System.Text.Json;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Administration.Settings;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Layout;
using OpenClaw.Portal.Components.Pages.Access;
using OpenClaw.Portal.Components.Pages.ApiKeys;
using OpenClaw.Portal.Components.Pages.Audit;
using OpenClaw.Portal.Components.Pages.Members;
using OpenClaw.Portal.Components.Pages.Settings;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>Members, keys, audit, settings, rights and the jump box: what their forms refuse, and what each role is shown.</summary>
public sealed class ManageTests : IAsyncLifetime
{
    private PageContext _context = null!;

    private NavigationManager Navigation => _context.Services.GetRequiredService<NavigationManager>();

    public async Task InitializeAsync()
    {
        _context = await PageContext.CreateAsync();
        _context.Services.AddLogging().AddMembers().AddInvitations();
        _context.Services.AddSingleton<ApiKeyQueries>().AddSingleton<ApiKeyLookup>().AddSingleton<SaveApiKey>().AddSingleton<RotateApiKey>().AddSingleton<DeleteApiKey>()
            .AddSingleton<AuditQueries>().AddSingleton<SettingsQuery>().AddSingleton<PatchSettings>().AddSingleton<SecretAges>();
        _context.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider()).AddSingleton<PersonTrail>().AddSingleton<ResetLinks>();
        _context.JSInterop.SetupModule("./js/kit.js").Mode = JSRuntimeMode.Loose;
    }

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Invite_BadAddress_IsToldAtTheFieldAndNothingIsMade()
    {
        await _context.SignInAsync();
        var page = Render<Members>();
        await ButtonOf(page, "Invite").ClickAsync(new());
        page.Find("input[name=email]").Change("nobody");
        await page.Find("dialog form").SubmitAsync();
        Assert.Contains("not an e-mail address", page.Find("[data-field=email] .validation-message").TextContent, StringComparison.Ordinal);
        await using var db = _context.Database.System.Create();
        Assert.Equal(0, await db.Invitations.CountAsync());
    }

    [Fact]
    public async Task Invite_Good_ShowsTheLinkOnceAndTheInvitation()
    {
        await _context.SignInAsync();
        var page = Render<Members>();
        await ButtonOf(page, "Invite").ClickAsync(new());
        page.Find("input[name=email]").Change("bob@example.com");
        await page.Find("dialog form").SubmitAsync();
        page.WaitForAssertion(() => Assert.Contains("/account/invitation/", page.Find(".once-value code").TextContent, StringComparison.Ordinal));
        Assert.Contains("sends no mail", page.Find(".notice.once").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("dialog"));
        Assert.Contains(page.FindAll("tbody tr"), r => r.TextContent.Contains("bob@example.com", StringComparison.Ordinal) && r.TextContent.Contains("Invited", StringComparison.Ordinal));
        Assert.DoesNotContain("/account/invitation/", Render<Members>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_RightLostInAnOpenTab_SaysSoAndDoesNothing()
    {
        var ada = await _context.SignInAsync();
        var page = Render<Members>();
        page.WaitForElement("tbody strong");
        await using (var db = _context.Database.System.Create())
        {
            (await db.Memberships.SingleAsync(m => m.PersonId == ada)).Role = TenantRole.Viewer;
            await db.SaveChangesAsync();
        }

        await ButtonOf(page, "Role").ClickAsync(new());
        page.FindAll("input[type=radio]").Single(r => r.GetAttribute("value") == "viewer").Change("viewer");
        await page.Find("dialog form").SubmitAsync();
        Assert.Contains("Nothing was done", Assert.Single(_context.Services.GetRequiredService<Toasts>().Shown).Text, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("dialog form"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NewKey_OwnScope_IsOfferedToTheOwnerOnly(bool owner)
    {
        var id = await _context.SignInAsync();
        if (owner)
        {
            await using var db = _context.Database.System.Create();
            (await db.Users.SingleAsync(p => p.Id == id)).IsOwner = true;
            await db.SaveChangesAsync();
        }

        var page = Render<ApiKeys>();
        await ButtonOf(page, "New key").ClickAsync(new());
        Assert.Equal(owner, page.FindAll("input[name=scopes]").Any(i => i.GetAttribute("value") == ApiScopeNames.Own));
    }

    [Fact]
    public async Task NewKey_WithoutName_IsRefused_WithOne_IsShownOnceAndRotates()
    {
        await _context.SignInAsync();
        var page = Render<ApiKeys>();
        await ButtonOf(page, "New key").ClickAsync(new());
        await page.Find("dialog form").SubmitAsync();
        Assert.NotEmpty(page.FindAll("[data-field=name] .validation-message"));
        page.Find("input[name=name]").Change("deploy");
        await page.Find("dialog form").SubmitAsync();
        page.WaitForAssertion(() => Assert.StartsWith("ock_", page.Find(".once-value code").TextContent, StringComparison.Ordinal));
        var first = page.Find(".once-value code").TextContent;

        await page.Find("button[aria-label='Rotate deploy']").ClickAsync(new());
        page.Find("dialog select").Change("24");
        await page.Find("dialog form").SubmitAsync();
        page.WaitForAssertion(() => Assert.NotEqual(first, page.Find(".once-value code").TextContent));
        Assert.Contains("The old value works until", page.Find(".notice.once").TextContent, StringComparison.Ordinal);
        Assert.NotNull(await _context.Services.GetRequiredService<ApiKeyLookup>().FindAsync(first));
    }

    [Fact]
    public async Task Settings_BadNumber_IsToldAtTheFieldAndNothingIsSaved()
    {
        await _context.SignInAsync();
        var page = Render<Settings>();
        page.WaitForElement("[data-field='settings.maxMessageBytes'] input").Change("99999999");
        await page.Find("form.form").SubmitAsync();
        Assert.Contains("65536", page.Find("[data-field='settings.maxMessageBytes'] .validation-message").TextContent, StringComparison.Ordinal);
        await using var db = _context.Database.System.Create();
        Assert.Equal(0, await db.Settings.CountAsync());
    }

    [Fact]
    public async Task Settings_SavedByAnotherMeanwhile_Warns()
    {
        await _context.SignInAsync();
        var page = Render<Settings>();
        page.WaitForElement("[data-field='settings.expireAfterDays'] input").Change("3");
        await _context.Services.GetRequiredService<PatchSettings>().RunAsync(Caller.System(_context.Database.Tenant.Id), JsonElement.Parse("""{"expireAfterDays":5}"""));
        await page.Find("form.form").SubmitAsync();
        Assert.Contains("Somebody else saved this first", page.WaitForElement(".conflict").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TenantRole.Viewer, 1)]
    [InlineData(TenantRole.Operator, 3)]
    [InlineData(TenantRole.Admin, 4)]
    public async Task Access_EachRole_SeesItsRights(TenantRole role, int rights)
    {
        await _context.SignInAsync(role);
        var page = Render<Access>();
        Assert.Equal(rights, page.WaitForElement("section[aria-label='Your rights']").QuerySelectorAll(".chip.good").Length);
        Assert.Contains(role.ToString().ToLowerInvariant(), page.Find("section[aria-label='Your rights'] h2").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_Entry_ShowsBeforeAndAfter()
    {
        await _context.SignInAsync();
        var entry = new AuditEntry
        {
            Id = Guid.CreateVersion7(), TenantId = _context.Database.Tenant.Id, At = _context.Clock.GetUtcNow(), Actor = ActorKind.Person, ActorId = Guid.NewGuid(), ActorName = "<b>eve</b>",
            Action = "channel.changed", TargetId = Guid.NewGuid(), TargetName = "Shop", Before = """{"name":"Old"}""", After = """{"name":"New"}""",
        };
        await _context.Database.AddAsync(entry);
        var page = _context.Render<Audit>(p => p.Add(a => a.Slug, "acme").Add(a => a.Id, entry.Id));
        page.WaitForElement("dialog .diff");
        Assert.Equal(("Old", "New"), (page.Find("dialog del").TextContent, page.Find("dialog ins").TextContent));
        Assert.Contains("<b>eve</b>", page.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_UnreadableTime_SaysSo()
    {
        await _context.SignInAsync();
        Navigation.NavigateTo("/t/acme/audit?since=yesterday");
        var page = Render<Audit>();
        Assert.Contains("cannot be read", page.WaitForElement(".empty").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JumpBox_TypedAndChosenByKeys_Goes()
    {
        await _context.SignInAsync();
        _context.Renderer.SetRendererInfo(new("Server", isInteractive: true));
        var box = _context.Render<JumpBox>(p => p.Add(b => b.Slug, "acme").Add(b => b.Tenants, []).Add(b => b.Pages, [new("Pages", "Audit", null, "audit", "/t/acme/audit")]));
        await box.Find("button[data-jump]").ClickAsync(new());
        await box.Find("input[role=combobox]").InputAsync(new() { Value = "e" });
        Assert.Equal("No", box.FindAll("[role=option]").Count == 0 ? "No" : "Some");
        await box.Find("input[role=combobox]").InputAsync(new() { Value = "echo" });
        Assert.Equal("jump-0", box.Find("input[role=combobox]").GetAttribute("aria-activedescendant"));
        await box.Find("input[role=combobox]").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.EndsWith($"/t/acme/agents/{_context.Database.Agent.Id}", Navigation.Uri, StringComparison.Ordinal);
        Assert.Empty(box.FindAll("dialog"));
    }

    [Theory]
    [InlineData(TenantRole.Admin, 1)]
    [InlineData(TenantRole.Viewer, 0)]
    public async Task JumpSearch_Members_AreForAdmins(TenantRole role, int found)
    {
        await _context.SignInAsync(role);
        var caller = new Caller(_context.Database.Tenant.Id, ActorKind.Person, Guid.NewGuid(), "x", Roles.ScopesOf(role));
        var targets = await _context.Services.GetRequiredService<JumpSearch>().FindAsync(caller, "/t/acme", "@example.com");
        Assert.Equal(found, targets.Count(t => t.Group == "Members"));
    }

    private static IElement ButtonOf(IRenderedComponent<IComponent> page, string text) => page.FindAll("button").First(b => b.TextContent.Trim() == text);

    private IRenderedComponent<T> Render<T>() where T : OpenClaw.Portal.Components.Pages.TenantPage => _context.Render<T>(p => p.Add(t => t.Slug, "acme"));
}
