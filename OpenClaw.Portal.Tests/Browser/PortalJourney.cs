using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>A way through the portal in a real browser: the product as a process with an owner, and windows that take down what no page should do.</summary>
public abstract class PortalJourney(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const string Email = "ada@example.org";
    private const string Password = "correct horse battery";
    private PortalProcess _portal = null!;
    private IBrowserContext _context = null!;

    /// <summary>The browser, for visitors who are not signed in.</summary>
    protected IBrowser Browser => chromium.Browser;

    /// <summary>What the portal is started with, beside its owner.</summary>
    protected virtual IReadOnlyList<string> MoreArguments => [];

    /// <summary>Where the portal is.</summary>
    protected string Address => _portal.Address;

    /// <summary>Errors of scripts, of the console and of the page's policy.</summary>
    protected IList<string> Faults { get; } = [];

    public async Task InitializeAsync()
    {
        if (ChromiumFactAttribute.Executable is null) return;
        _portal = await PortalProcess.StartAsync(["--Bootstrap:AdminEmail", Email, "--Bootstrap:AdminPassword", Password, .. MoreArguments]);
        _context = await chromium.Browser.NewContextAsync();
        _context.SetDefaultTimeout(60_000);
    }

    public async Task DisposeAsync()
    {
        if (_portal is null) return;
        await _context.DisposeAsync();
        await _portal.DisposeAsync();
    }

    protected async Task<IPage> OpenAsync()
    {
        var page = await _context.NewPageAsync();
        page.PageError += (_, error) => Faults.Add(error);
        page.Console += (_, line) =>
        {
            if (line.Type == "error" || line.Text.Contains("Content Security Policy", StringComparison.Ordinal)) Faults.Add(line.Text);
        };
        return page;
    }

    /// <summary>Signs the owner in, for all windows.</summary>
    protected async Task SignInAsync(IPage page)
    {
        await page.GotoAsync($"{Address}/account/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/t/default", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Opens a page and waits until its circuit has taken it over.</summary>
    protected async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(new Uri(new Uri(Address), path).ToString()); // addresses in pages are relative to the base
        await Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();
    }
}
