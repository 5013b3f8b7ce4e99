using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>An admin makes intents by import and by hand, tries a sentence, sees how well they are told apart, and lets a rule ask for one.</summary>
[Trait("Category", "Browser")]
public sealed class IntentJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    [ChromiumFact]
    public async Task Intents_ImportedTriedJudgedAndAskedForByARule()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/routing/intents");
        await Expect(page.GetByText("No intent yet")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Import" }).First.ClickAsync();
        await page.GetByLabel("Or paste it here").FillAsync("""
            intent,example
            parcel,where is my parcel
            parcel,my package has not come
            parcel;when will the delivery arrive?
            parcel,"the courier did not come, again"
            parcel,track my order
            """);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "parcel" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "New intent" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("refund");
        await page.GetByLabel("Examples").FillAsync("I want my money back\nrefund please\ngive me a refund\nreimburse me\nwhen do I get the money?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "refund" })).ToBeVisibleAsync();

        await page.Locator("#try-intent").FillAsync("my money back, please");
        await Expect(page.Locator(".said")).ToContainTextAsync("refund");
        await page.GetByRole(AriaRole.Link, new() { Name = "Quality" }).ClickAsync();
        await Expect(page.GetByText("Suggested threshold")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Recognition" }).ClickAsync();
        await page.GetByLabel("Threshold", new() { Exact = true }).FillAsync("0.4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).First.ClickAsync();
        await Expect(page.GetByText("The next message is recognised so.")).ToBeVisibleAsync();

        await GoAsync(page, "/t/default/routing/new");
        await page.GetByLabel("Name").FillAsync("Refunds");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Intent" }).SelectOptionAsync("refund");
        await page.GetByRole(AriaRole.Combobox, new() { NameRegex = new("^Agent", RegexOptions.None, TimeSpan.FromSeconds(1)) }).SelectOptionAsync(new SelectOptionValue { Label = "Echo" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        await Expect(page.Locator(".rule-says")).ToContainTextAsync("the intent “refund”");
        await page.GetByRole(AriaRole.Link, new() { Name = "Tester" }).ClickAsync();
        await page.Locator("#tester-text").FillAsync("please give me my money back");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Expect(page.Locator(".decision")).ToContainTextAsync("Recognised intent 'refund' with ");
        Assert.Empty(Faults);
    }
}
