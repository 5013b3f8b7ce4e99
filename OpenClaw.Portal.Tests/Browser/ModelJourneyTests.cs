using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Core.Tests.Peers;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>
/// An owner adds a language model as an agent (an independent stand-in for OpenAI's server), sees its answer grow, writes a rule for it, tries the rule on
/// what people wrote, publishes it, sees where messages go now, and takes it back.
/// </summary>
[Trait("Category", "Browser")]
public sealed class ModelJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Answer = "Your refund is on its way, thank you for your patience and for telling us about the broken kettle.";

    private const string Server = """
        import { LLMock } from '@copilotkit/aimock';
        const mock = new LLMock({ port: 0, latency: 120, chunkSize: 5 });
        mock.onMessage(/refund|hello/i, { content: process.env.ANSWER });
        await mock.start();
        console.log('ready ' + mock.url);
        """;

    protected override IReadOnlyList<string> MoreArguments => ["--Security:PrivateHosts", "127.0.0.1"];

    [ChromiumPeerFact("@copilotkit/aimock")]
    public async Task Model_Added_TriedOnStoredMessagesPublishedAndTakenBack()
    {
        await using var server = await NodePeer.StartScriptAsync(Server, ("ANSWER", Answer));
        var page = await OpenAsync();
        await SignInAsync(page);

        // what people wrote before there was a model: the echo agent answers
        await TalkAsync(page, "I want a refund", "I want a refund");
        await TalkAsync(page, "Where is my parcel?", "Where is my parcel?");

        await AddModelAsync(page, server.Ready);
        await SeeItStreamAsync(page);
        await WriteRuleAsync(page);
        await BacktestAsync(page);

        // published from there: the next message goes to the model
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Version 1 is live.")).ToBeVisibleAsync();
        await TalkAsync(page, "A refund, please", Answer, grows: true);
        await TraceTellsAsync(page);

        // and back: without the rule the default agent has the next conversation
        await GoAsync(page, "/t/default/routing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Refunds" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Review and publish" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Version 2 is live.")).ToBeVisibleAsync();
        await TalkAsync(page, "Another refund", "Another refund", fresh: true);
        await GoAsync(page, "/t/default/routing?tab=versions&version=1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to this" }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { NameRegex = new("^Roll back", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Expect(page.Locator(".versions .list .chip.good")).ToBeVisibleAsync();
        await Expect(page.Locator(".versions .list li").First).ToContainTextAsync("Version 3");
        await TalkAsync(page, "My refund, again", Answer, grows: true);
        Assert.Empty(Faults);
    }

    private async Task AddModelAsync(IPage page, string url)
    {
        await GoAsync(page, "/t/default/agents/new?kind=openai");
        await page.GetByRole(AriaRole.Button, new() { Name = "llama.cpp" }).ClickAsync();
        await Expect(page.Locator("[data-field='settings.model'] input")).ToHaveValueAsync("default");
        await page.Locator("[data-field='name'] input").FillAsync("Refund desk");
        await page.Locator("[data-field='settings.baseUrl'] input").FillAsync($"{url}/v1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(page.Locator(".checks li").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the agent" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "“Refund desk” is made" })).ToBeVisibleAsync();
        await Expect(page.GetByText($"{Address}/v1", new() { Exact = true })).ToBeVisibleAsync(); // how programs reach it
    }

    private static async Task SeeItStreamAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Try a test call" }).ClickAsync();
        await page.GetByLabel("Question").FillAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Expect(page.Locator(".theirs")).ToContainTextAsync("Your refund");
        await Expect(page.Locator(".calls")).ToContainTextAsync("First piece after");
        await Expect(page.Locator(".theirs")).ToHaveTextAsync(Answer);
    }

    private async Task WriteRuleAsync(IPage page)
    {
        await GoAsync(page, "/t/default/routing/new");
        await page.GetByLabel("Name").FillAsync("Refunds");
        await page.GetByLabel("The text contains one of").FillAsync("refund");
        await page.GetByRole(AriaRole.Combobox, new() { NameRegex = new("^Agent", RegexOptions.None, TimeSpan.FromSeconds(1)) }).SelectOptionAsync(new SelectOptionValue { Label = "Refund desk" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Save to draft" }).ClickAsync();
        await Expect(page.Locator(".rule-name a")).ToHaveTextAsync(["Refunds"]);
    }

    private static async Task BacktestAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Back-test" }).First.ClickAsync();
        await page.GetByLabel("Messages of").SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back-test" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Result" })).ToBeVisibleAsync();
        await Expect(Fact(page, "Messages")).ToHaveTextAsync("2");
        await Expect(Fact(page, "Move elsewhere")).ToHaveTextAsync("1");
        await page.Locator(".moves summary").ClickAsync();
        await Expect(page.Locator(".moves")).ToContainTextAsync("Echo → Refund desk");
        await Expect(page.Locator(".examples a")).ToHaveTextAsync(["I want a refund"]);
        await page.ReloadAsync(); // it is kept, and the address names it
        await Expect(Fact(page, "Move elsewhere")).ToHaveTextAsync("1");
        await Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();
    }

    /// <summary>Its trace says which model it was and what it cost.</summary>
    private async Task TraceTellsAsync(IPage page)
    {
        await GoAsync(page, "/t/default/conversations");
        await page.Locator("a.row").First.ClickAsync();
        await page.Locator("article.user button.stage").Last.ClickAsync();
        await Expect(page.Locator(".agent-run")).ToContainTextAsync("Refund desk");
        await Expect(page.Locator(".timeline").GetByRole(AriaRole.Link, new() { Name = "Refunds" })).ToBeVisibleAsync();
    }

    private async Task TalkAsync(IPage page, string text, string answer, bool grows = false, bool fresh = false)
    {
        await GoAsync(page, "/t/default/welcome");
        var chat = page.FrameLocator("iframe");
        var box = chat.GetByRole(AriaRole.Textbox);
        if (fresh)
        {
            await box.FillAsync("/new");
            await box.PressAsync("Enter");
            await Expect(chat.GetByText("Your next message starts a new conversation.").Last).ToBeVisibleAsync();
        }

        var before = await chat.GetByText(answer, new() { Exact = true }).CountAsync();
        await box.FillAsync(text);
        await box.PressAsync("Enter");
        if (grows) await Expect(chat.GetByText(new Regex("^Your refund(?!.*kettle)", RegexOptions.None, TimeSpan.FromSeconds(1))).Last).ToBeVisibleAsync(); // not whole yet
        await Expect(chat.GetByText(answer, new() { Exact = true })).ToHaveCountAsync(before + (text == answer ? 2 : 1));
    }

    private static ILocator Fact(IPage page, string name) =>
        page.Locator(".facts div").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).Locator("dd");
}

/// <summary>Skipped, and said so, where Chromium, Node or one of the npm packages is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumPeerFactAttribute : FactAttribute
{
    public ChromiumPeerFactAttribute(params string[] packages) =>
        Skip = ChromiumFactAttribute.Executable is null ? "no Chromium here; name one in the variable CHROMIUM" : PeerFolder.Missing(packages);
}
