using System.Text.Json;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>An operator finds a conversation by a word, takes it over while the user types, answers, and hands it back with a note to the agent.</summary>
[Trait("Category", "Browser")]
public sealed class ConversationJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_000000000000000000000000000conversations";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key, "--Security:PrivateHosts", "127.0.0.1"];

    [ChromiumFact]
    public async Task Conversation_FoundTakenOverAnsweredAndHandedBack()
    {
        await using var agent = await NotedAgent.StartAsync();
        using var api = new HttpClient { BaseAddress = new(Address) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var support = Id(await api.CallAsync("POST", "/api/v1/agents", $$"""{"kind":"webhook","name":"Support","settings":{"url":"{{agent.Url}}"} }"""));
        var channel = Id(await api.CallAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"Shop","agent":"{{support}}"}"""));
        await using var other = await Talk.OpenAsync(new(Address), channel);
        await other.SayAsync("good morning");
        await using var user = await Talk.OpenAsync(new(Address), channel);
        await user.SayAsync("my Zanzibar parcel did not come");
        Assert.Equal("agent", (await user.ReadAsync("message")).GetProperty("from").GetString());

        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/conversations");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(2);
        await page.GetByLabel("Word in messages").FillAsync("zanzibar");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(1);
        await Expect(page.GetByText("All conversations were searched.")).ToBeVisibleAsync();
        await page.Locator("a.row").ClickAsync();
        await Expect(page.Locator("article.agent strong")).ToHaveTextAsync("my Zanzibar parcel did not come");

        await user.TypeAsync();
        await Expect(page.Locator(".typing")).ToContainTextAsync("is typing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take over", Exact = true }).ClickAsync();
        await Expect(page.GetByText("You answer; the agent pauses.")).ToBeVisibleAsync();
        await user.SayAsync("I want a human");
        await Expect(page.Locator("article.user").Last).ToContainTextAsync("I want a human");

        var second = await OpenAsync();
        await GoAsync(second, new Uri(page.Url).PathAndQuery);
        await page.GetByLabel("Your answer").FillAsync("Ada here. I look for it.");
        await page.ReloadAsync(); // as after a lost connection: what was typed is still there
        await Expect(page.GetByLabel("Your answer")).ToHaveValueAsync("Ada here. I look for it.");
        await Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();
        await page.GetByLabel("Your answer").PressAsync("Control+Enter");
        var answer = await user.ReadAsync("message");
        Assert.Equal(("operator", "Ada here. I look for it."), (answer.GetProperty("from").GetString(), answer.GetProperty("text").GetString()));
        await Expect(page.GetByLabel("Your answer")).ToHaveValueAsync("");
        await Expect(second.Locator("article.operator")).ToContainTextAsync("I look for it."); // without a reload

        await user.SayAsync("and now?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand back…" }).ClickAsync();
        await page.GetByLabel("Note to the agent").FillAsync("It waits at the customs.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand back", Exact = true }).ClickAsync();
        Assert.Equal("The agent heard: **and now?**", (await user.ReadAsync("message")).GetProperty("text").GetString());
        Assert.Equal(["It waits at the customs."], agent.Notes);
        await Expect(page.Locator("article.agent").Last).ToContainTextAsync("and now?");
        await Expect(page.GetByText("You answer; the agent pauses.")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Private notes" }).ClickAsync();
        await page.GetByLabel("New note").FillAsync("Call the carrier tomorrow.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await Expect(page.Locator(".notes li")).ToContainTextAsync("Call the carrier tomorrow.");

        await ArchiveAsync(api, channel);
        await ReadExportAndRestoreAsync(page);
        await user.SayAsync("is it there by now?"); // from the socket that was open all the time
        Assert.Equal("The agent heard: **is it there by now?**", (await user.ReadAsync("message")).GetProperty("text").GetString());
        await Expect(page.Locator("article.agent").Last).ToContainTextAsync("is it there by now?");
        Assert.Empty(Faults);
    }

    /// <summary>As after a month: the channel's spans are over, and the jobs have run.</summary>
    private static async Task ArchiveAsync(HttpClient api, string channel)
    {
        await api.CallAsync("PATCH", $"/api/v1/channels/{channel}", """{"settings":{"dormantAfterMinutes":0,"expireAfterDays":0,"archiveAfterDays":0} }""");
        foreach (var job in new[] { "sessions-dormancy", "sessions-expiry", "sessions-archive" })
        {
            // the schedule may just run it: then its run is waited for
            while (true)
            {
                using var run = await api.PostAsync(new Uri($"/api/v1/jobs/{job}/run", UriKind.Relative), null);
                if (run.IsSuccessStatusCode) break;
                Assert.Equal(System.Net.HttpStatusCode.Conflict, run.StatusCode);
            }
        }
    }

    private async Task ReadExportAndRestoreAsync(IPage page)
    {
        await GoAsync(page, "/t/default/archive");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(2);
        await page.GetByLabel("Words that were said").FillAsync("zanzibar");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(1);
        await page.Locator("a.row").ClickAsync();
        await Expect(page.Locator("article.operator")).ToContainTextAsync("Ada here.");
        await page.GetByText("Export", new() { Exact = true }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Text to read (txt)" }).ClickAsync());
        Assert.Contains("my Zanzibar parcel did not come", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        var confirm = page.GetByRole(AriaRole.Alertdialog);
        await confirm.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/conversations/**");
    }

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;
}
