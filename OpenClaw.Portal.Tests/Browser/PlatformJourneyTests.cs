using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.FakePlatforms.Discord;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>
/// As a new admin would, with the platform's stand-in on loopback: an agent and a bot by forms only, a wrong token told, connected, a person writes, the answer
/// grows, a button is pressed, and the conversation shows it.
/// </summary>
[Trait("Category", "Browser")]
public sealed class PlatformJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    protected override IReadOnlyList<string> MoreArguments => ["--Security:PrivateHosts:0", "127.0.0.1", "--Security:PrivateHosts:1", "localhost"];

    [ChromiumFact]
    public async Task Telegram_FromWizardToAPressedButton()
    {
        await using var telegram = await FakeTelegram.StartAsync();
        await using var agent = await StoryAgent.StartAsync();
        var page = await StartAsync(agent);
        await MakeAsync(page, "telegram", "Bot API server", telegram.BaseUrl, "123456:WRONG", telegram.Token);
        await Expect(page.GetByText(new Regex("@" + telegram.Bot.User.Username, RegexOptions.None, TimeSpan.FromSeconds(1))).First).ToBeVisibleAsync();
        await ShotAsync(page, "telegram-connected");

        var ada = telegram.AddUser("Ada");
        await ada.SaysAsync("Where is my order?");
        await telegram.WaitForMessageAsync(_ => true);
        agent.GoOn();
        await telegram.WaitForCallsAsync("editMessageText", 1); // while the agent is not done
        agent.GoOn();
        var answer = await telegram.WaitForMessageAsync(m => m.Buttons.Any());
        Assert.Single(telegram.Messages);
        await ada.PressAsync(answer, "Yes");
        await telegram.WaitForMessageAsync(m => m.Text == "You pressed yes.");
        await LookAsync(page, "Where is my order?");
        Assert.Empty(telegram.Violations);
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task Discord_FromWizardToAPressedButton()
    {
        await using var discord = await FakeDiscord.StartAsync();
        await using var agent = await StoryAgent.StartAsync();
        var page = await StartAsync(agent);
        await MakeAsync(page, "discord", "Address of the API", discord.ApiBaseUrl, "MTIz.wrong.token", discord.Token);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "It is connected", Exact = true })).ToBeVisibleAsync();
        await ShotAsync(page, "discord-connected");

        var ada = discord.AddUser("Ada");
        await ada.SaysAsync(ada.Direct(), "Where is my order?");
        await discord.WaitForMessageAsync();
        agent.GoOn();
        await discord.WaitForMessageAsync(m => m.Past.Count > 0); // it grows while the agent is not done
        agent.GoOn();
        var answer = await discord.WaitForMessageAsync(m => m.Components.Count > 0);
        Assert.Single(discord.BotMessages);
        await ada.PressAsync(answer, "Yes");
        await discord.WaitForMessageAsync(m => m.Content == "You pressed yes.");
        await LookAsync(page, "Where is my order?");
        Assert.Empty(discord.Violations);
        Assert.Empty(Faults);
    }

    private async Task<IPage> StartAsync(StoryAgent agent)
    {
        var page = await OpenAsync();
        await page.SetViewportSizeAsync(1_440, 1_000);
        await SignInAsync(page);
        await GoAsync(page, "/t/default/agents/new?kind=webhook");
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("Name") }).FillAsync("Story");
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("URL") }).FillAsync(agent.Url);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Named("Make the agent") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("“Story” is made", RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToBeVisibleAsync();
        return page;
    }

    private async Task MakeAsync(IPage page, string kind, string addressField, string address, string wrong, string token)
    {
        await GoAsync(page, "/t/default/channels/new");
        await page.Locator($"nav.kinds a[href$='kind={kind}']").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("Name") }).FillAsync("Support bot");
        await page.GetByLabel("Own agent").SelectOptionAsync(new SelectOptionValue { Label = "Story" });
        await page.GetByText("Advanced settings").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named(addressField) }).FillAsync(address);
        var secret = page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("Bot token") });
        await secret.FillAsync(wrong);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.Locator("ul.checks .bad").First).ToBeVisibleAsync();
        await ShotAsync(page, kind + "-wrong-token");
        await secret.FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await ShotAsync(page, kind + "-tested");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the channel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("“Support bot” is made", RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToBeVisibleAsync();
    }

    private async Task LookAsync(IPage page, string question)
    {
        await GoAsync(page, "/t/default/conversations");
        await page.Locator("main a", new() { HasTextRegex = Named("Ada") }).First.ClickAsync();
        await Expect(page.GetByText(question).First).ToBeVisibleAsync();
        await Expect(page.GetByText("You pressed yes.").First).ToBeVisibleAsync();
        await ShotAsync(page, "conversation-" + (question.Length % 10));
    }

    /// <summary>For people who look at what the test saw: a folder named by the environment.</summary>
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("OPENCLAW_SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    private static Regex Named(string start) => new("^" + Regex.Escape(start), RegexOptions.None, TimeSpan.FromSeconds(1));
}
