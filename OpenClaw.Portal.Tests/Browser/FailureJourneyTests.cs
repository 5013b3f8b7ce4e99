using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>
/// An agent breaks; an operator finds the group, the canary stops by itself as nothing is mended, it is mended, the rest goes on, one is replayed by
/// itself, and its conversation shows the late answer under its question. And an agent is stopped and goes on.
/// </summary>
[Trait("Category", "Browser")]
public sealed class FailureJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_0000000000000000000000000000000failures";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key, "--Security:PrivateHosts", "127.0.0.1"];

    [ChromiumFact]
    public async Task DeadLetters_CanaryStopsGoesOnAndOneIsReplayedByItself()
    {
        await using var agent = await NotedAgent.StartAsync();
        using var api = new HttpClient { BaseAddress = new(Address) };
        var channel = await ShopAsync(api, agent);
        agent.IsBroken = true;
        await using var first = await Talk.OpenAsync(new(Address), channel);
        await using var second = await Talk.OpenAsync(new(Address), channel);
        await using var third = await Talk.OpenAsync(new(Address), channel);
        foreach (var (user, text) in new[] { (first, "the first question"), (second, "the second question"), (third, "the third question") }) await user.SayAsync(text);
        await Until.TrueAsync("all are dead letters", async () => (await api.CallAsync("GET", "/api/v1/dead-letters?state=open")).GetProperty("items").GetArrayLength() == 3);

        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/dead-letters");
        var group = page.Locator("tbody tr");
        await Expect(group).ToHaveCountAsync(1);
        await Expect(group.Locator("td[data-title=Letters]")).ToHaveTextAsync("3");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Replay 3 of", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await TickAllAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay 3", Exact = true }).ClickAsync();
        await Expect(page.GetByText("It stopped by itself.")).ToBeVisibleAsync();
        await Expect(page.Locator("[aria-labelledby=progress] [role=status]")).ToContainTextAsync("1 of 3 are over: 0 answered, 1 failed again");

        agent.IsBroken = false;
        await first.SayAsync("something else");
        Assert.Contains("something else", (await first.ReadAsync("message")).GetProperty("text").GetString(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on all the same" }).ClickAsync();
        await Expect(page.Locator("[aria-labelledby=progress] .chip")).ToHaveTextAsync("Done");
        await Expect(page.Locator("[aria-labelledby=progress] [role=status]")).ToContainTextAsync("2 answered, 1 failed again");
        Assert.Contains("the second question", (await second.ReadAsync("message")).GetProperty("text").GetString(), StringComparison.Ordinal);

        await GoAsync(page, "/t/default/dead-letters?tab=list&state=open");
        await page.Locator(".pick a").ClickAsync();
        await Expect(page.Locator(".attempts")).ToContainTextAsync("The order book has no such table.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Its replay was answered: see below.")).ToBeVisibleAsync();
        Assert.Contains("the first question", (await first.ReadAsync("message")).GetProperty("text").GetString(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Show it in its conversation" }).ClickAsync();
        await Expect(page.Locator("a.quoted q")).ToHaveTextAsync("the first question");
        await page.Locator("a.later").ClickAsync();
        await Expect(page.Locator("article.agent.found")).ToContainTextAsync("the first question");
        Assert.Empty(Faults);
    }

    [ChromiumFact]
    public async Task Queues_AgentStopped_SaysWhoWaitsAndGoesOn()
    {
        await using var agent = await NotedAgent.StartAsync();
        using var api = new HttpClient { BaseAddress = new(Address) };
        var channel = await ShopAsync(api, agent);
        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/queues");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop Support…" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("It is being moved.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop it" }).ClickAsync();
        await Expect(page.Locator("[aria-labelledby=agents]")).ToContainTextAsync("“It is being moved.”");
        await using var user = await Talk.OpenAsync(new(Address), channel);
        await user.SayAsync("is anybody there?");
        await Expect(page.Locator("[aria-labelledby=waits]")).ToContainTextAsync("1 session waits for agent Support: paused.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume Support" }).ClickAsync();
        Assert.Contains("is anybody there?", (await user.ReadAsync("message")).GetProperty("text").GetString(), StringComparison.Ordinal);
        await Expect(page.Locator("[aria-labelledby=waits]")).ToContainTextAsync("Nobody waits");
        Assert.Empty(Faults);
    }

    private static async Task<string> ShopAsync(HttpClient api, NotedAgent agent)
    {
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var support = Id(await api.CallAsync("POST", "/api/v1/agents", $$"""{"kind":"webhook","name":"Support","settings":{"url":"{{agent.Url}}"} }"""));
        return Id(await api.CallAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"Shop","agent":"{{support}}"}"""));
    }

    /// <summary>Whatever their risk: all of them.</summary>
    private static async Task TickAllAsync(IPage page)
    {
        await Expect(page.Locator("dialog .counts")).ToBeVisibleAsync();
        foreach (var box in await page.Locator("dialog .counts input:enabled").AllAsync()) await box.CheckAsync();
    }

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;
}
