using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>A form that is saved, and gone, before the browser has loaded the script of the controls.</summary>
[Trait("Category", "Browser")]
public sealed class SlowScriptTests(Chromium chromium) : PortalJourney(chromium)
{
    [ChromiumFact]
    public async Task FormIsGone_BeforeItsScriptCame_ThePageGoesOn()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        var asked = new TaskCompletionSource();
        var let = new TaskCompletionSource();
        await page.RouteAsync("**/js/kit.js", async route =>
        {
            asked.TrySetResult();
            await let.Task;
            await route.ContinueAsync();
        });
        await GoAsync(page, "/t/default/agents/new?kind=echo");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await page.GetByLabel("Name").FillAsync("Quick");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the agent" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "“Quick” is made" })).ToBeVisibleAsync();
        let.SetResult();
        await page.EvaluateAsync("() => import('/js/kit.js').then(() => true)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it the default agent" }).ClickAsync();
        await Expect(page.GetByText("It is the default agent now")).ToBeVisibleAsync();
        await Expect(page.GetByText("This page met a fault")).ToHaveCountAsync(0);
        Assert.Empty(Faults);
    }
}
