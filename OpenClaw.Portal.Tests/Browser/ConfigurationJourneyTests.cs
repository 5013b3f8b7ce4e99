using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>An owner makes an agent and a channel through forms alone, puts the chat onto another web site, and talks through it.</summary>
[Trait("Category", "Browser")]
public sealed class ConfigurationJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    [ChromiumFact]
    public async Task Owner_ThroughFormsOnly_TalksOnAForeignPage()
    {
        await using var agent = await HttpServer.StartAsync(AnswerAsync);
        var page = await OpenAsync();
        await SignInAsync(page);

        // the agent's host is private: the form says so, the owner opens it, and the same form goes through
        await GoAsync(page, "/t/default/agents/new?kind=webhook");
        await page.GetByLabel("Name").FillAsync("Shouter");
        await page.Locator("[name='settings.url']").FillAsync(agent.Url.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the agent" }).ClickAsync();
        await Expect(page.Locator("[data-field='settings.url'] .validation-message")).ToContainTextAsync("Security:PrivateHosts");
        var owner = await OpenAsync();
        await GoAsync(owner, "/owner/network");
        await owner.GetByLabel("Allowed here").FillAsync("127.0.0.1");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(owner.GetByText("Saved. It holds for the next connection.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the agent" }).ClickAsync();
        await Expect(page.Locator(".once code")).ToHaveTextAsync(new Regex("^whsec_", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it the default agent" }).ClickAsync();
        await Expect(page.GetByText("It is the default agent now")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Try a test call" }).ClickAsync();
        await page.GetByLabel("Question").FillAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Expect(page.Locator(".theirs")).ToHaveTextAsync("HELLO");

        // the channel, for one foreign site only
        await using var site = await HttpServer.StartAsync(http => SiteAsync(http, _code));
        await GoAsync(page, "/t/default/channels/new?kind=websocket");
        await page.GetByLabel("Name").FillAsync("Shop chat");
        await page.GetByLabel("Title").FillAsync("Ask the shop");
        await page.GetByLabel("Allowed origins").FillAsync(site.Url.GetLeftPart(UriPartial.Authority));
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "It can work" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the channel" }).ClickAsync();
        _code = await page.Locator(".code-block code").InnerTextAsync();
        Assert.Contains($"src=\"{Address}/widget.js\"", _code, StringComparison.Ordinal);

        // a visitor of that site, who never heard of the portal
        await using var visitor = await Browser.NewContextAsync();
        visitor.SetDefaultTimeout(60_000);
        var shop = await visitor.NewPageAsync();
        await shop.GotoAsync(site.Url.ToString());
        await shop.GetByRole(AriaRole.Button, new() { Name = "Open chat" }).ClickAsync();
        await Expect(shop.GetByRole(AriaRole.Dialog, new() { Name = "Ask the shop" })).ToBeVisibleAsync();
        var box = shop.GetByRole(AriaRole.Textbox);
        await box.FillAsync("where is my order?");
        await box.PressAsync("Enter");
        await Expect(shop.GetByText("WHERE IS MY ORDER?", new() { Exact = true })).ToBeVisibleAsync();

        // and the channel's page has seen it
        await page.GetByRole(AriaRole.Link, new() { Name = "To the channel" }).ClickAsync();
        await Expect(page.Locator(".facts div").Filter(new() { HasText = "Open connections" }).Locator("dd")).ToHaveTextAsync("1");
        await Expect(page.Locator(".facts div").Filter(new() { HasText = "Messages in today" }).Locator("dd")).ToHaveTextAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off" }).ClickAsync();
        await Expect(page.Locator(".page .chip").First).ToHaveTextAsync("Off");
        await Expect(page.Locator(".facts div").Filter(new() { HasText = "Open connections" }).Locator("dd")).ToHaveTextAsync("0");
        Assert.Empty(Faults);
    }

    private string _code = "";

    private static async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var text = body.RootElement.GetProperty("message").GetProperty("text").GetString()!.ToUpperInvariant();
        await http.Response.WriteAsJsonAsync(new { messages = new[] { new { text } } });
    }

    private static Task SiteAsync(HttpContext http, string code)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync($"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A shop</title></head><body><h1>A shop</h1>{code}</body></html>");
    }
}
