using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>The first thing that a new user does, in a real browser against the built product.</summary>
[Trait("Category", "Browser")]
public sealed partial class FirstRunTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const string Email = "ada@example.org";
    private const string Password = "correct horse battery";
    private readonly List<string> _faults = [];
    private PortalProcess _portal = null!;
    private IBrowserContext _context = null!;

    public async Task InitializeAsync()
    {
        if (ChromiumFactAttribute.Executable is null) return;
        _portal = await PortalProcess.StartAsync();
        _context = await chromium.Browser.NewContextAsync();
        _context.SetDefaultTimeout(60_000);
    }

    public async Task DisposeAsync()
    {
        if (_portal is null) return;
        await _context.DisposeAsync();
        await _portal.DisposeAsync();
    }

    [ChromiumFact]
    public async Task FirstRun_SetUpTalkAndWatch_ShowsTheMessageInASecondWindowWithoutReload()
    {
        var page = await OpenAsync();
        await SetUpAsync(page);
        await SignOutAndInAsync(page);

        var second = await OpenAsync();
        await second.GotoAsync($"{_portal.Address}/t/acme/conversations");
        await Expect(second.GetByRole(AriaRole.Heading, new() { Name = "No conversation yet" })).ToBeVisibleAsync();
        await LiveAsync(second);
        await second.EvaluateAsync("() => { window.notReloaded = true; }");

        await page.GotoAsync($"{_portal.Address}/t/acme/welcome");
        var chat = page.FrameLocator("iframe");
        await SayAsync(chat, "Is anybody there?");

        await second.Locator("a.row").First.ClickAsync();
        await Expect(second.Locator("article .text")).ToHaveTextAsync(["Is anybody there?", "Is anybody there?"]);
        await SayAsync(chat, "And again");
        await Expect(second.Locator("article .text")).ToHaveCountAsync(4);

        await second.Locator("article.user button.stage").Last.ClickAsync();
        await Expect(second.Locator(".timeline .what")).ToHaveTextAsync(["Received and stored", "Routed", "Given to the agent", "Answered", "Delivered"]);
        Assert.True(await second.EvaluateAsync<bool>("() => window.notReloaded === true"));
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task SignOut_InOneWindow_ClosesTheOther()
    {
        var page = await OpenAsync();
        await SetUpAsync(page);
        var second = await OpenAsync();
        await second.GotoAsync($"{_portal.Address}/t/acme/overview");
        await LiveAsync(second);
        await page.GotoAsync($"{_portal.Address}/t/acme/overview");
        await LiveAsync(page);
        await page.GetByLabel($"Account of {Email}").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(second).ToHaveURLAsync(new Regex("/account/sign-in", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.GetByLabel("E-mail address")).ToBeVisibleAsync(); // it has arrived too: nothing of its own is under way any more
        _faults.Clear(); // the circuit that ended may have said so
        Assert.Equal(404, (await page.GotoAsync($"{_portal.Address}/setup"))!.Status);
        Assert.Equal(["Failed to load resource: the server responded with a status of 404 (Not Found)"], _faults);
    }

    /// <summary>The circuit has taken the prerendered page over.</summary>
    private static Task LiveAsync(IPage page) => Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();

    private static async Task SayAsync(IFrameLocator chat, string text)
    {
        var box = chat.GetByRole(AriaRole.Textbox);
        await box.FillAsync(text);
        await box.PressAsync("Enter");
        await Expect(chat.GetByText(text, new() { Exact = true })).ToHaveCountAsync(2);
    }

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync(_portal.Address);
        await Expect(page).ToHaveURLAsync($"{_portal.Address}/setup");
        var code = Code().Match(await _portal.WaitForAsync("Set-up:")).Value;
        await page.GetByLabel("Code from the log").FillAsync(code);
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("Password again").FillAsync(Password);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Acme");
        await page.GetByLabel("In addresses").FillAsync("acme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the owner and go on" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{_portal.Address}/t/acme/welcome");
    }

    private static async Task SignOutAndInAsync(IPage page)
    {
        await LiveAsync(page);
        await page.GetByLabel($"Account of {Email}").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/t/acme/", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    /// <summary>A window that takes down everything that a page should not do, a breach of its policy above all.</summary>
    private async Task<IPage> OpenAsync()
    {
        var page = await _context.NewPageAsync();
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, line) =>
        {
            if (line.Type == "error" || line.Text.Contains("Content Security Policy", StringComparison.Ordinal)) _faults.Add(line.Text);
        };
        return page;
    }

    [GeneratedRegex("[A-Z2-9]{4}-[A-Z2-9]{4}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();
}
