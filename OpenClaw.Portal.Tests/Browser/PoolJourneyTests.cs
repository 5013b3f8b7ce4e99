using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>An admin puts two agents into a pool with weights, and lets a rule lead to it.</summary>
[Trait("Category", "Browser")]
public sealed class PoolJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    [ChromiumFact]
    public async Task TwoVersions_SharedByWeight_AndLedToByARule()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        await AddAgentAsync(page, "Version 1");
        await AddAgentAsync(page, "Version 2");
        await GoAsync(page, "/t/default/agents");
        await page.GetByRole(AriaRole.Link, new() { Name = "Pools" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Make the first one" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Versions");
        await page.GetByText("By weight").ClickAsync();
        await page.GetByLabel("Add an agent").SelectOptionAsync("Version 1");
        await page.GetByLabel("Add another agent").SelectOptionAsync("Version 2");
        await page.GetByLabel("Weight of Version 1").FillAsync("90");
        await page.GetByLabel("Weight of Version 2").FillAsync("10");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".share")).ToHaveTextAsync(["90 %", "10 %"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the pool" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Versions" })).ToBeVisibleAsync();
        await Expect(page.GetByText("No published rule leads here yet")).ToBeVisibleAsync();

        await GoAsync(page, "/t/default/routing/new");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("To the versions");
        await page.GetByText("An agent of a pool answers").ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Pool" }).SelectOptionAsync("Versions");
        await Expect(page.GetByText("an agent of Versions")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Version 1 is live.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Tester" }).ClickAsync();
        await page.Locator("#tester-text").FillAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Expect(page.Locator(".decision")).ToContainTextAsync("pool 'Versions' chose 'Version 1' (by weight 90)");
        await GoAsync(page, "/t/default/agents/pools");
        await Expect(page.GetByText("one rule")).ToBeVisibleAsync();
        Assert.Empty(Faults);
    }

    private async Task AddAgentAsync(IPage page, string name)
    {
        await GoAsync(page, "/t/default/agents/new?kind=echo");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the agent" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"“{name}” is made" })).ToBeVisibleAsync();
    }
}
