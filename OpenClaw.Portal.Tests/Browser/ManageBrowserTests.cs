using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>An admin's daily ways in a real browser: by the jump box to the keys, a key made, used and rotated, and all of it in the audit.</summary>
[Trait("Category", "Browser")]
public sealed class ManageBrowserTests(Chromium chromium) : PortalJourney(chromium)
{
    [ChromiumFact]
    public async Task JumpBoxAndKeys_MadeUsedRotated_StandInTheAudit()
    {
        var page = await OpenAsync();
        await SignInAsync(page);
        await JumpAsync(page, "api k", "/t/default/api-keys");
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("deploy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        var value = page.Locator(".once-value code");
        await Expect(value).ToHaveTextAsync(new Regex("^ock_", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var first = await value.InnerTextAsync();
        Assert.Equal(200, await CallAsync(first));

        await page.GetByRole(AriaRole.Button, new() { Name = "Rotate deploy" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the new value" }).ClickAsync();
        await Expect(value).Not.ToHaveTextAsync(first);
        var second = await value.InnerTextAsync();
        Assert.Equal((200, 200), (await CallAsync(first), await CallAsync(second)));

        await JumpAsync(page, "audit", "/t/default/audit");
        await page.GetByRole(AriaRole.Link, new() { Name = "API key: rotated" }).ClickAsync();
        await Expect(page.Locator("dialog .diff")).ToContainTextAsync("Prefix");
        await Expect(page.Locator("body")).Not.ToContainTextAsync(second);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        Assert.Contains("api-key.rotated", await File.ReadAllTextAsync(await file.PathAsync()), StringComparison.Ordinal);
        Assert.Empty(Faults);
    }

    private static async Task JumpAsync(IPage page, string text, string path)
    {
        await Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("Control+k");
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Page, channel, agent, user or id" });
        await Expect(box).ToBeFocusedAsync();
        await box.FillAsync(text);
        await Expect(page.GetByRole(AriaRole.Option).First).ToContainTextAsync(text, new() { IgnoreCase = true });
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(path) + "$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private async Task<int> CallAsync(string key)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.GetAsync(new Uri($"{Address}/api/v1/settings"));
        return (int)answer.StatusCode;
    }
}
