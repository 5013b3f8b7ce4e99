using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.Identity;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>People and their accounts in a real browser: every way in, and that what ends or is taken away is gone from open windows within seconds.</summary>
[Trait("Category", "Browser")]
public sealed partial class AccountTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const string Bob = "bob@example.org";
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<string> _faults = [];
    private Product _product = null!;
    private Guid _tenant;
    private Guid _bob;

    /// <summary>Not by number: passkeys belong to a name.</summary>
    private string Base => $"http://localhost:{_product.Address.Port}";

    public async Task InitializeAsync()
    {
        if (ChromiumFactAttribute.Executable is null) return;
        _product = await Product.StartAsync();
        _tenant = _product.Get<ICatalog>().FindTenant("default")!.Id;
        _bob = await _product.AddPersonAsync(Bob, _tenant, TenantRole.Admin);
    }

    public async Task DisposeAsync()
    {
        if (_product is null) return;
        foreach (var context in _contexts) await context.DisposeAsync();
        await _product.DisposeAsync();
    }

    [ChromiumFact]
    public async Task TwoFactor_SetUpWithTheApp_ThenSignInByCodeAndByRecoveryCode()
    {
        var page = await SignedInAsync();
        await page.GotoAsync($"{Base}/account/two-factor");
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "QR code" })).ToBeVisibleAsync();
        var key = (await page.Locator("#key").TextContentAsync())!;
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(CodeOf(key));
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch two-factor on" }).ClickAsync();
        await Expect(page.Locator("#codes li")).ToHaveCountAsync(10);
        var recovery = (await page.Locator("#codes li").First.TextContentAsync())!.Trim();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("openclaw-recovery-codes.txt", download.SuggestedFilename);
        Assert.Equal(10, (await File.ReadAllLinesAsync(await download.PathAsync())).Length);

        var second = await OpenAsync();
        await PasswordAsync(second, Bob, Product.Password);
        await Expect(second.GetByRole(AriaRole.Heading, new() { Name = "Enter your code" })).ToBeVisibleAsync();
        await second.GetByLabel("Code", new() { Exact = true }).FillAsync(CodeOf(key));
        await second.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(second).ToHaveURLAsync(InTenant());

        var third = await OpenAsync();
        await PasswordAsync(third, Bob, Product.Password);
        await third.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code" }).ClickAsync();
        await third.GetByLabel("Recovery code").FillAsync(recovery);
        await third.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(third).ToHaveURLAsync(InTenant());
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Passkey_Added_SignsInByButtonAndBySuggestion()
    {
        var page = await SignedInAsync();
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("WebAuthn.enable", new() { ["enableUI"] = false });
        await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        await page.GotoAsync($"{Base}/account/passkeys");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("My laptop");
        await page.GetByLabel("Your password").FillAsync(Product.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.Locator(".list strong")).ToHaveTextAsync("My laptop");

        // where presence is simulated the suggestion signs in by itself: held back until the button was tried
        await page.AddInitScriptAsync("if (localStorage.getItem('noSuggestion')) PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        await page.EvaluateAsync("() => localStorage.setItem('noSuggestion', 'true')");
        await SignOutAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(InTenant());
        await page.EvaluateAsync("() => localStorage.removeItem('noSuggestion')");
        await SignOutAsync(page);
        await Expect(page).ToHaveURLAsync(InTenant());
        await page.GotoAsync($"{Base}/account/passkeys");
        await Expect(page.Locator(".list .what")).ToContainTextAsync("last used");
        await page.GetByText("Rename or remove").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove My laptop" }).ClickAsync();
        await Expect(page.GetByText("You have none yet.")).ToBeVisibleAsync();
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task EndSignIn_InAnotherBrowser_LeadsTheFirstToSignIn()
    {
        var first = await SignedInAsync();
        await first.GotoAsync($"{Base}/t/default/overview");
        await LiveAsync(first);
        var second = await SignedInAsync();
        await second.GotoAsync($"{Base}/account/sign-ins");
        await second.GetByRole(AriaRole.Button, new() { Name = "End the sign-in of" }).ClickAsync();
        await Expect(first).ToHaveURLAsync(SignInPage());
        await Expect(second.GetByText("This one")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task MembershipTaken_WhileAPageIsOpen_TakesThePageAway()
    {
        var page = await SignedInAsync();
        await page.GotoAsync($"{Base}/t/default/overview");
        await LiveAsync(page);
        await using (var db = _product.Get<ISystemDbFactory>().Create())
        {
            await db.WriteAsync(d => d.Memberships.Where(m => m.PersonId == _bob).ExecuteDeleteAsync(), default);
        }

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no such page" })).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task RoleLowered_WhileAPageForAdminsIsOpen_TakesThePageAwayAndTheNavigationFollows()
    {
        var page = await SignedInAsync();
        await page.GotoAsync($"{Base}/t/default/overview");
        await LiveAsync(page);
        var entry = page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link, new() { Name = "Audit" });
        await Expect(entry).ToBeVisibleAsync();
        var admins = await page.Context.NewPageAsync();
        await admins.GotoAsync($"{Base}/t/default/members");
        await LiveAsync(admins);
        await using (var db = _product.Get<ISystemDbFactory>().Create())
        {
            await db.WriteAsync(d => d.Memberships.Where(m => m.PersonId == _bob).ExecuteUpdateAsync(s => s.SetProperty(m => m.Role, TenantRole.Viewer)), default);
        }

        await Expect(entry).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await Expect(admins.GetByRole(AriaRole.Heading, new() { Name = "There is no such page" })).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Suspension_WhileAPageIsOpen_SaysWhy()
    {
        var page = await SignedInAsync();
        await page.GotoAsync($"{Base}/t/default/overview");
        await LiveAsync(page);
        await using (var db = _product.Get<ISystemDbFactory>().Create())
        {
            await db.WriteAsync(d => d.Tenants.ExecuteUpdateAsync(s => s.SetProperty(t => t.Suspended, true).SetProperty(t => t.SuspendedReason, "Moving house")), default);
        }

        await _product.Get<ICatalog>().ReloadAsync(default);
        await Expect(page.GetByText("Moving house")).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Invitation_ByLink_MakesAnAccountAndLeadsIn()
    {
        var made = await _product.Get<Invitations>().CreateAsync(Caller.System(_tenant), new("new@example.org", "operator"));
        var page = await OpenAsync();
        await page.GotoAsync(Base + made.Value!.Link!.AbsolutePath);
        await page.GetByLabel("Your name").FillAsync("Noor");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Product.Password);
        await page.GetByLabel("Password again").FillAsync(Product.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make my account and go on" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{Base}/t/default/overview");
        await LiveAsync(page);
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Reset_ByLink_SetsThePasswordAndEndsOpenWindows()
    {
        var open = await SignedInAsync();
        await open.GotoAsync($"{Base}/t/default/overview");
        await LiveAsync(open);
        var link = await _product.Get<ResetLinks>().MakeAsync(Caller.System(Guid.Empty), _bob);
        var page = await OpenAsync();
        await page.GotoAsync(Base + link!.Address.AbsolutePath);
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("another long password");
        await page.GetByLabel("New password again").FillAsync("another long password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the password" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Your password is changed");
        await Expect(open).ToHaveURLAsync(SignInPage());
        await PasswordAsync(page, Bob, "another long password");
        await Expect(page).ToHaveURLAsync(InTenant());
    }

    [ChromiumFact]
    public async Task Lockout_AfterTenWrongPasswords_RefusesTheRightOneInTheSameWords()
    {
        var page = await OpenAsync();
        await PasswordAsync(page, Bob, "wrong horse battery");
        var words = await page.GetByRole(AriaRole.Alert).First.TextContentAsync();
        for (var i = 0; i < 9; i++)
        {
            await PasswordAsync(page, Bob, "wrong horse battery");
            await Expect(page.GetByRole(AriaRole.Alert).First).ToHaveTextAsync(words!); // else the next one leaves the page before this one was counted
        }

        await PasswordAsync(page, Bob, Product.Password);
        await Expect(page.GetByRole(AriaRole.Alert).First).ToHaveTextAsync(words!);
    }

    private static string CodeOf(string key) => Totp.Code(key, TimeProvider.System.GetUtcNow());

    private static Task LiveAsync(IPage page) => Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();

    private async Task<IPage> SignedInAsync()
    {
        var page = await OpenAsync();
        await PasswordAsync(page, Bob, Product.Password);
        await Expect(page).ToHaveURLAsync(InTenant());
        return page;
    }

    private async Task PasswordAsync(IPage page, string email, string password)
    {
        await page.GotoAsync($"{Base}/account/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    private async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync($"{Base}/account");
        await page.GetByLabel($"Account of {Bob}").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
    }

    /// <summary>A browser of its own, with cookies of its own.</summary>
    private async Task<IPage> OpenAsync()
    {
        var context = await chromium.Browser.NewContextAsync();
        context.SetDefaultTimeout(60_000);
        _contexts.Add(context);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, line) =>
        {
            if (line.Type == "error" || line.Text.Contains("Content Security Policy", StringComparison.Ordinal)) _faults.Add(line.Text);
        };
        return page;
    }

    [GeneratedRegex("/t/default/", RegexOptions.None, 1_000)]
    private static partial Regex InTenant();

    [GeneratedRegex("/account/sign-in", RegexOptions.None, 1_000)]
    private static partial Regex SignInPage();
}
