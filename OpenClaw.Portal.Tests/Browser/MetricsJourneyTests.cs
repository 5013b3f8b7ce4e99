using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>Somebody talks to the agent, looks at the charts, and finds the message again by the id of its trace.</summary>
[Trait("Category", "Browser")]
public sealed class MetricsJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_000000000000000000000000000000000charts";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key, "--Telemetry:TraceUrl", "https://tracing.example/trace/{traceId}"];

    [ChromiumFact]
    public async Task Messages_AreInTheCharts_AndAreFoundByTheirTrace()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        var message = await TalkAsync();

        await GoAsync(page, "/t/default/metrics?range=15m");
        var chart = page.Locator("section.chart", new() { HasText = "Answer time" });
        await Expect(page.Locator("section.chart").First).ToContainTextAsync("2 messages received, 2 answered");
        await Expect(chart).ToContainTextAsync("Half were faster than");
        await Expect(page.Locator("section.chart").First.Locator("path.line").First).ToBeAttachedAsync();

        // by keys
        var plot = page.Locator("[data-plot]").First;
        await plot.FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(plot).ToHaveAttributeAsync("aria-valuetext", new Regex("Received: ", RegexOptions.None, TimeSpan.FromSeconds(1)));

        // as a table, in another time, split: all in the address
        await page.Locator("section.chart").First.GetByRole(AriaRole.Button, new() { Name = "Show as table" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Messages, as a table" }).GetByRole(AriaRole.Columnheader, new() { Name = "Replies delivered" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "6 h", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("range=6h", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByLabel("Split").SelectOptionAsync("agent");
        await Expect(page.Locator("section.chart").First).ToContainTextAsync("has most: 2 answers of 2");

        await GoAsync(page, "/owner/metrics");
        await Expect(page.Locator("section.chart", new() { HasText = "Messages by tenant" })).ToContainTextAsync("has most");

        // from the id of a trace, as a log has it, to the message
        await GoAsync(page, $"/t/default/conversations?text={message:N}");
        await Expect(page).ToHaveURLAsync(new Regex($"message={message}", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.Locator(".trace-id code")).ToHaveTextAsync(message.ToString("N"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open in tracing" })).ToHaveAttributeAsync("href", $"https://tracing.example/trace/{message:N}");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Where the time went" })).ToContainTextAsync("Answered by");
        Assert.Empty(Faults);
    }

    /// <summary>Two messages; the id of the first.</summary>
    private async Task<Guid> TalkAsync()
    {
        using var api = new HttpClient { BaseAddress = new(Address) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var id = await MessageOfAsync(api, "one");
        await MessageOfAsync(api, "two");
        return id;

        static async Task<Guid> MessageOfAsync(HttpClient api, string text)
        {
            var body = $$"""{"model":"auto","user":"u1","messages":[{"role":"user","content":"{{text}}"}]}""";
            using var answer = await api.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
            answer.EnsureSuccessStatusCode();
            using var sessions = JsonDocument.Parse(await api.GetStringAsync(new Uri("/api/v1/sessions", UriKind.Relative)));
            var session = sessions.RootElement.GetProperty("items")[0].GetProperty("id").GetGuid();
            using var messages = JsonDocument.Parse(await api.GetStringAsync(new Uri($"/api/v1/sessions/{session}/messages", UriKind.Relative)));
            return messages.RootElement.GetProperty("items")[0].GetProperty("id").GetGuid();
        }
    }
}
