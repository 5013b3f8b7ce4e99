using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Core.Tests.Channels.Email.Servers;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>
/// As a new admin would, with real mail servers: an agent and a mail channel by forms only, a mail with a file, the answer in the sender's mailbox with another
/// file, a second mail in the same conversation, an answer that bounces, and a program's mail that is held back until somebody lets it in.
/// </summary>
[Trait("Category", "Browser")]
public sealed class EmailJourneyTests(Chromium chromium, MailServers servers) : PortalJourney(chromium), IClassFixture<MailServers>
{
    private const string Invoice = "Where is the invoice of order 7?";
    private readonly PlainMail _mail = new(servers);

    protected override IReadOnlyList<string> MoreArguments => ["--Security:PrivateHosts:0", "127.0.0.1", "--Security:PrivateHosts:1", "localhost"];

    [EmailJourneyFact]
    public async Task Mail_FromWizardToBounceAndRelease()
    {
        await using var agent = await MailAgent.StartAsync();
        var (support, ada) = (await servers.CreateUserAsync("support"), await servers.CreateUserAsync("ada"));
        var page = await StartAsync(agent);
        await MakeAsync(page, support);
        var channel = await ChannelAsync(page);

        var question = await _mail.SendAsync(ada.Address, support.Address, "Order 7", $"{Invoice}\r\n\r\n-- \r\nAda Lovelace\r\nAnalytical Engines Ltd.", file: ("order.txt", "an order"));
        await GoAsync(page, "/t/default/conversations");
        await page.Locator("main a", new() { HasTextRegex = Named("Ada Lovelace") }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Order 7", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".bubble", new() { HasText = Invoice }).First).ToBeVisibleAsync();
        await Expect(page.GetByText("order.txt").First).ToBeVisibleAsync();
        var conversation = new Uri(page.Url).AbsolutePath;

        var answer = await _mail.NewestAsync(ada, 1);
        Assert.Equal(question, PlainMail.Header(answer, "In-Reply-To"));
        Assert.Contains(question, PlainMail.Header(answer, "References"), StringComparison.Ordinal);
        Assert.Equal("Re: Order 7", PlainMail.Header(answer, "Subject"));
        Assert.Contains("invoice.txt", answer, StringComparison.Ordinal);
        Assert.Equal(["order.txt"], agent.Files);
        await Expect(page.GetByText("invoice.txt").First).ToBeVisibleAsync();

        await _mail.SendAsync(ada.Address, support.Address, "Re: Order 7", "Thank you, that is it.\r\n\r\nOn Monday support wrote:\r\n> You wrote: Where is the invoice\r\n> of order 7?", answers: PlainMail.Header(answer, "Message-ID"));
        await Expect(page.Locator(".bubble", new() { HasText = "Thank you, that is it." }).First).ToBeVisibleAsync();
        await Expect(page.GetByText("Quoted text").First).ToBeVisibleAsync();
        await _mail.NewestAsync(ada, 2);
        await LookAsync(page, "mail-conversation");
        await AnswerAsync(page, ada);

        await BounceAsync(page, support);
        await HoldAsync(page, channel, ada, support);
        await GoAsync(page, "/t/default/conversations");
        await Expect(page.Locator("a.row", new() { HasText = "Ada Lovelace" })).ToHaveCountAsync(2);
        await GoAsync(page, conversation);
        await Expect(page.Locator("article.entry.user")).ToHaveCountAsync(2);
        Assert.Empty(Faults);
    }

    private async Task<IPage> StartAsync(MailAgent agent)
    {
        var page = await OpenAsync();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.SetViewportSizeAsync(1_440, 1_000);
        await SignInAsync(page);
        await GoAsync(page, "/t/default/agents/new?kind=webhook");
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("Name") }).FillAsync("Story");
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("URL") }).FillAsync(agent.Url);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Named("Make the agent") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("“Story” is made", RegexOptions.None, TimeSpan.FromSeconds(1)) })).ToBeVisibleAsync();
        return page;
    }

    /// <summary>A provider's values first, then those of the servers here.</summary>
    private async Task MakeAsync(IPage page, MailUser support)
    {
        await GoAsync(page, "/t/default/channels/new");
        await page.Locator("nav.kinds a[href$='kind=email']").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Named("Microsoft 365") }).ClickAsync();
        await Expect(Setting(page, "tokenUrl")).ToBeVisibleAsync();
        await Expect(Setting(page, "smtpPort")).ToHaveValueAsync("587");
        await Expect(page.Locator("[name='secrets.password']")).ToHaveCountAsync(0);
        await LookAsync(page, "mail-preset");
        await page.GetByRole(AriaRole.Button, new() { Name = "Gmail", Exact = true }).ClickAsync();
        await Expect(Setting(page, "imapHost")).ToHaveValueAsync("imap.gmail.com");
        await Expect(Setting(page, "tokenUrl")).ToHaveCountAsync(0);

        await page.Locator("[name='name']").FillAsync("Support mail");
        await page.GetByLabel("Own agent").SelectOptionAsync(new SelectOptionValue { Label = "Story" });
        await Setting(page, "address").FillAsync(support.Address);
        await Setting(page, "imapHost").FillAsync(MailServers.Host);
        await Setting(page, "imapPort").FillAsync(servers.ImapsPort.ToString(CultureInfo.InvariantCulture));
        await Setting(page, "smtpHost").FillAsync(MailServers.Host);
        await Setting(page, "smtpPort").FillAsync(servers.SubmissionsPort.ToString(CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("Password") }).FillAsync("wrong-password");
        await page.GetByText("Advanced settings").ClickAsync();
        await Setting(page, "pollSeconds").FillAsync("2");
        await Setting(page, "acceptInvalidCertificates").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.Locator("ul.checks .bad").First).ToBeVisibleAsync();
        await LookAsync(page, "mail-wrong-password");
        await page.GetByRole(AriaRole.Textbox, new() { NameRegex = Named("Password") }).FillAsync(support.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "It can work", Exact = true })).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(page.Locator("ul.checks .bad")).ToHaveCountAsync(0);
        await LookAsync(page, "mail-tested");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the channel" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "It is connected", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator($"a[href='mailto:{support.Address}']")).ToBeVisibleAsync();
        await LookAsync(page, "mail-connected");
    }

    private static async Task<string> ChannelAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "To the channel", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Held back" })).ToBeVisibleAsync();
        return new Uri(page.Url).AbsolutePath;
    }

    /// <summary>An operator answers in the agent's place, and sees whom.</summary>
    private async Task AnswerAsync(IPage page, MailUser ada)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Take over", Exact = true }).ClickAsync();
        await Expect(page.GetByText($"Goes by mail to {ada.Address}")).ToBeVisibleAsync();
        await page.GetByLabel("Your answer").FillAsync("A **person** answers.");
        await LookAsync(page, "mail-operator");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        Assert.Contains("<strong>person</strong>", await _mail.NewestAsync(ada, 3), StringComparison.Ordinal);
    }

    /// <summary>Who wrote has no mailbox: the answer is taken, and comes back.</summary>
    private async Task BounceAsync(IPage page, MailUser support)
    {
        await _mail.SendAsync(MailServers.Bounces, support.Address, "Is anybody there?", "I shall never read your answer.");
        await GoAsync(page, "/t/default/conversations");
        await page.Locator("a.row", new() { HasText = "ghost" }).ClickAsync();
        var report = page.Locator(".report", new() { HasText = "Bounced (hard)" });
        await Expect(report).ToBeVisibleAsync();
        await Expect(report).ToContainTextAsync("5.1.1");
        await Expect(page.GetByText("Sent, and came back")).ToBeVisibleAsync();
        await report.Locator("summary").ClickAsync();
        await LookAsync(page, "mail-bounced");
    }

    private async Task HoldAsync(IPage page, string channel, MailUser ada, MailUser support)
    {
        await _mail.SendAsync(ada.Address, support.Address, "Backup of Sunday", "It went well.", headers: ("Auto-Submitted", "auto-generated"));
        await GoAsync(page, channel);
        await Expect(page.GetByText("Backup of Sunday")).ToBeVisibleAsync();
        await LookAsync(page, "mail-channel");
        await GoAsync(page, $"{channel}/held");
        await Expect(page.GetByText("Written by a program").Last).ToBeVisibleAsync();
        await LookAsync(page, "mail-held");
        await page.GetByRole(AriaRole.Button, new() { Name = "Let in “Backup of Sunday”" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Let it in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing is held back" })).ToBeVisibleAsync();
    }

    private static ILocator Setting(IPage page, string name) => page.Locator($"[name='settings.{name}']");

    /// <summary>In both themes, and as a phone shows it.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await ShotAsync(page, scheme == ColorScheme.Dark ? name + "-dark" : name);
            if (AxeCore.Script is null) continue;
            Assert.DoesNotContain(await AxeCore.ViolationsAsync(page), v => v.StartsWith("serious", StringComparison.Ordinal) || v.StartsWith("critical", StringComparison.Ordinal));
        }

        await page.SetViewportSizeAsync(390, 844);
        await ShotAsync(page, name + "-phone");
        Assert.InRange(await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"), 0, 390);
        await page.SetViewportSizeAsync(1_440, 1_000);
    }

    /// <summary>For people who look at what the test saw: a folder named by the environment.</summary>
    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("OPENCLAW_SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    private static Regex Named(string start) => new("^" + Regex.Escape(start), RegexOptions.None, TimeSpan.FromSeconds(1));
}

/// <summary>Skips where there is no browser, or no mail servers.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EmailJourneyFactAttribute : FactAttribute
{
    public EmailJourneyFactAttribute() => Skip = ChromiumFactAttribute.Executable is null ? "there is no browser" : MailServers.AreHere ? null : MailServersFactAttribute.Why;
}
