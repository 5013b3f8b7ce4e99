using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>An admin writes rules, puts them in order, publishes and tries them; a second admin who edits the same rule is warned.</summary>
[Trait("Category", "Browser")]
public sealed class RoutingJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    [ChromiumFact]
    public async Task ThreeRules_WrittenOrderedByKeyboardPublishedAndTried()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/routing");
        await page.GetByRole(AriaRole.Link, new() { Name = "Write the first rule" }).ClickAsync();
        await WriteAsync(page, "Everything else", null);
        await WriteNextAsync(page, "Refunds", "refund\nmoney back");
        await WriteNextAsync(page, "Orders", "order");
        await Expect(Names(page)).ToHaveTextAsync(["Everything else", "Refunds", "Orders"]);
        await Expect(page.Locator(".rule-warning")).ToHaveCountAsync(2);

        // the one that takes everything goes to the end, by keyboard alone
        await page.GetByRole(AriaRole.Button, new() { Name = "Move Everything else down" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(Names(page)).ToHaveTextAsync(["Refunds", "Everything else", "Orders"]);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Move Everything else down" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(Names(page)).ToHaveTextAsync(["Refunds", "Orders", "Everything else"]);
        await Expect(page.Locator(".rule-warning")).ToHaveCountAsync(0);

        var second = await OpenAsync();
        await GoAsync(second, "/t/default/routing?tab=versions");
        await Expect(second.GetByText("Nothing was published yet")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("First rules");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Version 1 is live.")).ToBeVisibleAsync();
        await Expect(page.Locator(".draft")).ToHaveCountAsync(0);
        await Expect(second.GetByText("First rules")).ToBeVisibleAsync(); // without a reload

        await page.GetByRole(AriaRole.Link, new() { Name = "Tester" }).ClickAsync();
        await page.Locator("#tester-text").FillAsync("I want my MONEY BACK");
        await page.GetByRole(AriaRole.Button, new() { Name = "Try it" }).ClickAsync();
        await Expect(page.Locator(".decision")).ToContainTextAsync("Rule 'Refunds' matched");
        await Expect(page.Locator(".verdicts .chip")).ToHaveTextAsync(["Decides", "Does not hold", "Holds"]);
        await TalkAndFollowAsync(page);
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task SameRule_EditedByTwo_TheSecondIsWarnedAndLosesNothing()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/routing/new");
        await WriteAsync(page, "Refunds", "refund");
        await Expect(Names(page)).ToHaveTextAsync(["Refunds"]);
        var address = await Names(page).First.GetAttributeAsync("href");
        var second = await OpenAsync();
        await GoAsync(second, address!);
        await second.GetByLabel("The text contains one of").FillAsync("refund\nchargeback");
        await GoAsync(page, address!);
        await page.GetByLabel("The text contains one of").FillAsync("refund\nmoney back");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        await Expect(Names(page)).ToHaveTextAsync(["Refunds"]);

        await second.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        var conflict = second.Locator(".conflict");
        await Expect(conflict).ToBeInViewportAsync();
        await Expect(conflict).ToContainTextAsync("money back");
        await Expect(conflict).ToContainTextAsync("chargeback");
        await second.GetByRole(AriaRole.Button, new() { Name = "Use this" }).ClickAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        await Expect(second.Locator(".rule-says")).ToContainTextAsync("“refund” or “chargeback”");
        Assert.Empty(Faults);
    }

    /// <summary>A message in the chat goes by the rules, and its trace leads to the one that decided.</summary>
    private async Task TalkAndFollowAsync(IPage page)
    {
        await GoAsync(page, "/t/default/welcome");
        var chat = page.FrameLocator("iframe");
        await chat.GetByRole(AriaRole.Textbox).FillAsync("Where is my order?");
        await chat.GetByRole(AriaRole.Textbox).PressAsync("Enter");
        await Expect(chat.GetByText("Where is my order?", new() { Exact = true })).ToHaveCountAsync(2);
        await GoAsync(page, "/t/default/conversations");
        await page.Locator("a.row").First.ClickAsync();
        await page.Locator("article.user button.stage").Last.ClickAsync();
        await page.Locator(".timeline").GetByRole(AriaRole.Link, new() { Name = "Orders" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Orders" })).ToBeVisibleAsync();
    }

    private static async Task WriteNextAsync(IPage page, string name, string? text)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "New rule" }).ClickAsync();
        await WriteAsync(page, name, text);
    }

    private static async Task WriteAsync(IPage page, string name, string? text)
    {
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New rule" })).ToBeVisibleAsync();
        await page.GetByLabel("Name").FillAsync(name);
        if (text is not null) await page.GetByLabel("The text contains one of").FillAsync(text);
        await page.GetByRole(AriaRole.Combobox, new() { NameRegex = new("^Agent", RegexOptions.None, TimeSpan.FromSeconds(1)) }).SelectOptionAsync(new SelectOptionValue { Label = "Echo" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        await Expect(Names(page).Filter(new() { HasText = name })).ToBeVisibleAsync();
    }

    private static ILocator Names(IPage page) => page.Locator(".rule-name a");
}
