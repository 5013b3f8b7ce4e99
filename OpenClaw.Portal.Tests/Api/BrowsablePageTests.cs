using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>The page at <c>/api</c> in a browser, under the portal's content security policy.</summary>
public sealed class BrowsablePageTests(ApiFixture fixture, Chromium chromium) : IClassFixture<ApiFixture>, IClassFixture<Chromium>
{
    [ChromiumFact]
    [Trait("Category", "Browser")]
    public async Task Page_UnderThePolicy_ListsCallsAndTriesOne()
    {
        await using var context = await chromium.Browser.NewContextAsync();
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") faults.Add(message.Text);
        };
        await page.SetViewportSizeAsync(1280, 14_000); // the page draws what can be seen
        await page.GotoAsync(new Uri(fixture.Host.Client.BaseAddress!, "/api").ToString());
        await Expect(page.GetByText("/api/v1/channels", new() { Exact = true }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).First.ClickAsync();
        await page.Locator("input[type=text], input[type=password]").First.FillAsync(ApiHost.Key);
        await page.Locator(".auth-btn-wrapper .authorize").ClickAsync();
        await page.Locator(".btn-done").ClickAsync();
        await page.Locator(".opblock-get .opblock-summary-path", new() { HasText = "/settings" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Execute", Exact = true }).ClickAsync();
        await Expect(page.Locator(".live-responses-table .response-col_status").Filter(new() { HasText = "200" })).ToBeVisibleAsync();
        Assert.Empty(faults);
    }
}
