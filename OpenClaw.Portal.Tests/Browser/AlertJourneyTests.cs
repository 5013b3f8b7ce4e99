using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.EndToEnd;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>As an admin would: a rule from a suggestion, tried out; a drill that breaks a test agent; the alert arrives, the bell rings, and the drill is stopped.</summary>
[Trait("Category", "Browser")]
public sealed class AlertJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_00000000000000000000000000000000alert";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key, "--Security:PrivateHosts:0", "127.0.0.1"];

    [ChromiumFact]
    public async Task RuleDrillAlert_ByTheFormsAlone()
    {
        var told = new ConcurrentQueue<string>();
        await using var endpoint = await HttpServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            told.Enqueue(await reader.ReadToEndAsync());
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        using var api = new HttpClient { BaseAddress = new(Address) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var agent = (await api.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"Drilled","settings":{"test":true} }""")).GetProperty("id").GetString()!;
        var channel = (await api.CallAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"Drill chat","agent":"{{agent}}"}""")).GetProperty("id").GetString()!;
        var page = await OpenAsync();
        await SignInAsync(page);

        await GoAsync(page, "/t/default/alerts");
        await page.GetByRole(AriaRole.Button, new() { Name = "A circuit is open" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "URL" }).FillAsync(endpoint.Url.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the rule" }).ClickAsync();
        await Expect(page.GetByText("Signing secret of “A circuit is open”")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Test A circuit is open" }).ClickAsync();
        await Expect(page.GetByText("The endpoint took the test notice.")).ToBeVisibleAsync();
        Assert.Contains("alert.test", Assert.Single(told), StringComparison.Ordinal);

        await GoAsync(page, $"/t/default/drills?subject={agent}");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Errors (500)" }).FillAsync("100");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start the drill…" }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Start the drill" }).ClickAsync();
        await Expect(page.GetByText("A fault drill is on:")).ToBeVisibleAsync();
        for (var i = 0; i < 12; i++)
        {
            await using var talk = await Talk.OpenAsync(new(Address), channel);
            await talk.SayAsync("hello");
        }

        await Until.TrueAsync("the alert arrives", () => Task.FromResult(told.Any(t => t.Contains("alert.started", StringComparison.Ordinal))));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "1 alert is open" })).ToBeVisibleAsync();
        await Expect(page.Locator(".chip", new() { HasText = "Circuit open" }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop the drill on Drilled" }).ClickAsync();
        await Expect(page.GetByText("A fault drill is on:")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Stopped", new() { Exact = true })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "1 alert is open" }).ClickAsync();
        await Expect(page.GetByText("The circuit of the agent “Drilled” has been open since")).ToBeVisibleAsync();
        Assert.Empty(Faults);
    }
}
