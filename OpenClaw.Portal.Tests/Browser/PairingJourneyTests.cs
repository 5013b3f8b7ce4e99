using System.Text.Json;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>As an admin would: pairing is switched on in a channel's settings, a stranger writes and gets a code, is found by it, let in, refused, and let in again.</summary>
[Trait("Category", "Browser")]
public sealed class PairingJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_000000000000000000000000000000pairing";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key];

    [ChromiumFact]
    public async Task Stranger_FromCodeToAnswer_ByThePageAlone()
    {
        using var api = new HttpClient { BaseAddress = new(Address) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var channel = (await api.CallAsync("POST", "/api/v1/channels", """{"kind":"http","name":"Intranet","settings":{"callbackUrl":"https://chat.invalid/"}}""")).GetProperty("id").GetString()!;
        var page = await OpenAsync();
        await SignInAsync(page);

        await GoAsync(page, "/t/default/pairings");
        await Expect(page.GetByText("No channel lets people in one by one.")).ToBeVisibleAsync();
        await GoAsync(page, $"/t/default/channels/{channel}?tab=settings");
        await page.GetByText("Advanced settings").ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Pairing" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved. It holds from now on.")).ToBeVisibleAsync();

        await GoAsync(page, "/t/default/pairings");
        await Expect(page.GetByText("Whoever is unknown and writes gets a code")).ToBeVisibleAsync();
        var code = (await SayAsync(api, channel, "1", 403)).GetProperty("pairing").GetString()!;
        await SayAsync(api, channel, "1", 403, "u8", "Bob");
        await Expect(page.GetByText("Bob")).ToBeVisibleAsync(); // by itself
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Code, name or id" }).FillAsync($"{code[..4]} {code[4..]}".ToLowerInvariant());
        await Expect(page.GetByText("Bob")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Let in Ada Lovelace" }).ClickAsync();
        await Expect(page.GetByText("“Ada Lovelace” may write from now on.")).ToBeVisibleAsync();
        await SayAsync(api, channel, "1", 202);

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Let in Ada Lovelace" })).ToBeVisibleAsync();
        Assert.Equal(code, (await SayAsync(api, channel, "2", 403)).GetProperty("pairing").GetString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Refuse Ada Lovelace" }).ClickAsync();
        await Expect(page.GetByText("“Ada Lovelace” is refused")).ToBeVisibleAsync();
        Assert.False((await SayAsync(api, channel, "2", 403)).TryGetProperty("pairing", out _));

        await GoAsync(page, "/t/default/pairings?tab=denied");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take Ada Lovelace off the list" }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Take off the list" }).ClickAsync();
        await Expect(page.GetByText("Nobody was refused")).ToBeVisibleAsync();
        Assert.NotEqual(code, (await SayAsync(api, channel, "2", 403)).GetProperty("pairing").GetString());
        Assert.Empty(Faults);
    }

    private static async Task<JsonElement> SayAsync(HttpClient api, string channel, string id, int status, string user = "u7", string name = "Ada Lovelace")
    {
        using var answer = await api.SendAsync("POST", $"/api/v1/channels/{channel}/messages", $$"""{"id":"{{id}}-{{user}}","user":{"id":"{{user}}","name":"{{name}}"},"text":"hello"}""");
        Assert.Equal(status, (int)answer.StatusCode);
        return await answer.JsonAsync();
    }
}
