using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Pages.Owner;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Tests.Components;

/// <summary>The owner's pages of people: what is shown, what is asked before something is done.</summary>
public sealed class OwnerPeopleTests : IAsyncLifetime
{
    private readonly Answer _confirm = new();
    private readonly (Guid Owner, Guid Bob) _ids = (Guid.NewGuid(), Guid.NewGuid());
    private PageContext _page = null!;

    public async Task InitializeAsync()
    {
        _page = await PageContext.CreateAsync();
        _page.Services.AddLogging().AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider()).AddSingleton(new SecretProtector(new EphemeralDataProtectionProvider())).AddAdministration();
        _page.Services.AddSingleton<ResetLinks>().AddSingleton<IConfirm>(_confirm);
        await _page.Database.AddAsync(
            new Person { Id = _ids.Owner, UserName = "owner@example.com", Email = "owner@example.com", IsOwner = true, CreatedAt = _page.Clock.GetUtcNow() },
            new Person { Id = _ids.Bob, UserName = "bob@example.com", Email = "bob@example.com", Name = "Bob", TwoFactorEnabled = true, LockoutEnd = _page.Clock.GetUtcNow().AddMinutes(9), CreatedAt = _page.Clock.GetUtcNow() },
            new Membership { PersonId = _ids.Bob, TenantId = _page.Database.Tenant.Id, Role = TenantRole.Operator },
            new SignIn { Id = Guid.NewGuid(), PersonId = _ids.Bob, Method = "totp", ExpiresAt = _page.Clock.GetUtcNow().AddDays(1) });
        As(_ids.Owner);
    }

    public async Task DisposeAsync() => await _page.DisposeAsync();

    [Fact]
    public void List_ShowsEach_WithPlacesAndState()
    {
        var page = _page.Render<OpenClaw.Portal.Components.Pages.Owner.People>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        var bob = page.FindAll("tbody tr").Single(r => r.TextContent.Contains("bob@example.com", StringComparison.Ordinal)).TextContent;
        Assert.Contains("Acme (Operator)", bob, StringComparison.Ordinal);
        Assert.Contains("Locked until", bob, StringComparison.Ordinal);
        Assert.Contains("Owner", page.FindAll("tbody tr").Single(r => r.TextContent.Contains("owner@example.com", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void List_ForAnAdmin_IsRefused()
    {
        As(_ids.Bob);
        var page = _page.Render<OpenClaw.Portal.Components.Pages.Owner.People>();
        page.WaitForAssertion(() => Assert.Contains("This needs the right 'own'", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("owner@example.com", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoFactor_IsTakenAwayAfterTheTypedAddress()
    {
        var page = Detail(_ids.Bob);
        Button(page, "Take the second factor away").Click();
        Assert.Equal("bob@example.com", _confirm.TypedName);
        page.WaitForAssertion(() => Assert.True(Button(page, "Take the second factor away").HasAttribute("disabled")));
        Assert.True(Button(page, "End all sign-ins").HasAttribute("disabled"));
    }

    [Fact]
    public void Unlock_ShowsThePersonUnlocked()
    {
        var page = Detail(_ids.Bob);
        Button(page, "Unlock").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("Locked", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Link_IsShownOnce()
    {
        var page = Detail(_ids.Bob);
        Button(page, "One-time link for a password").Click();
        page.WaitForAssertion(() => Assert.StartsWith("http://localhost/account/reset/", page.Find(".once-value code").TextContent, StringComparison.Ordinal));
        Button(page, "Done").Click();
        Assert.Empty(page.FindAll(".once-value"));
    }

    [Fact]
    public async Task Remove_NotConfirmed_DoesNothing_Confirmed_Removes()
    {
        var page = Detail(_ids.Bob);
        _confirm.Is = false;
        Button(page, "Remove from the installation").Click();
        Assert.True(await IsThereAsync(_ids.Bob));
        _confirm.Is = true;
        Button(page, "Remove from the installation").Click();
        PageContext.Until(() => _page.Services.GetRequiredService<NavigationManager>().Uri.EndsWith("/owner/people", StringComparison.Ordinal));
        Assert.Equal("bob@example.com", _confirm.TypedName);
        Assert.False(await IsThereAsync(_ids.Bob));
    }

    [Fact]
    public async Task OwnAccount_CannotBeRemoved_AndTheLastOwnershipStays()
    {
        var page = Detail(_ids.Owner);
        Assert.DoesNotContain(page.FindAll("button"), b => b.TextContent.Contains("Remove", StringComparison.Ordinal));
        Button(page, "Take the ownership away").Click();
        Assert.Equal("owner@example.com", _confirm.TypedName);
        await using var db = _page.Database.System.Create();
        Assert.True(await db.Users.AnyAsync(p => p.Id == _ids.Owner && p.IsOwner));
    }

    [Fact]
    public void Ownership_IsGivenAndTaken()
    {
        var page = Detail(_ids.Bob);
        Button(page, "Make an owner").Click();
        page.WaitForAssertion(() => Button(page, "Take the ownership away"));
        Button(page, "Take the ownership away").Click();
        page.WaitForAssertion(() => Button(page, "Make an owner"));
    }

    [Fact]
    public void Nobody_IsToldSo()
    {
        var page = _page.Render<PersonDetail>(p => p.Add(c => c.Id, Guid.NewGuid()));
        page.WaitForAssertion(() => Assert.Equal("No such person", page.Find("h1").TextContent));
    }

    private void As(Guid person) => _page.AddAuthorization().SetAuthorized("owner@example.com").SetClaims(new Claim(ClaimTypes.NameIdentifier, person.ToString()));

    private IRenderedComponent<PersonDetail> Detail(Guid person)
    {
        var page = _page.Render<PersonDetail>(p => p.Add(c => c.Id, person));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("section")));
        return page;
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<PersonDetail> page, string words) => page.FindAll("button").Single(b => b.TextContent.Trim() == words);

    private async Task<bool> IsThereAsync(Guid person)
    {
        await using var db = _page.Database.System.Create();
        return await db.Users.AnyAsync(p => p.Id == person);
    }

    private sealed class Answer : IConfirm
    {
        public bool Is { get; set; } = true;

        public string? TypedName { get; private set; }

        public Task<bool> AskAsync(string title, string text, string action, bool danger = false, string? typedName = null, string dismiss = "Cancel")
        {
            TypedName = typedName;
            return Task.FromResult(Is);
        }
    }
}
