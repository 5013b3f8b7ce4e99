using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>What an operator does with the archive: find a conversation by a word, read it, take it along as a file, and bring it back.</summary>
[Trait("Category", "Browser")]
public sealed class ArchiveJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_00000000000000000000000000000000archive";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key];

    [ChromiumFact]
    public async Task Archived_FoundByAWord_ReadExportedAndRestored()
    {
        using var api = new HttpClient { BaseAddress = new(Address) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var channel = (await api.CallAsync("POST", "/api/v1/channels", """{"kind":"websocket","name":"Shop","settings":{"dormantAfterMinutes":0,"expireAfterDays":0,"archiveAfterDays":0} }""")).GetProperty("id").GetString()!;
        foreach (var text in (string[])["Where is my invoice 4711?", "Good morning"])
        {
            await using var talk = await Talk.OpenAsync(new(Address), channel);
            await talk.SayAsync(text);
            await talk.ReadAsync("message");
        }

        await EndToEnd.Until.TrueAsync("both conversations are archived", async () =>
        {
            foreach (var job in (string[])["sessions-dormancy", "sessions-expiry", "sessions-archive"])
            {
                // the schedule may just run it
                using var run = await api.SendAsync("POST", $"/api/v1/jobs/{job}/run");
                Assert.True(run.IsSuccessStatusCode || (int)run.StatusCode == 409, $"{job}: {(int)run.StatusCode}");
            }

            return (await api.CallAsync("GET", "/api/v1/archive")).GetProperty("items").GetArrayLength() == 2;
        });

        var page = await OpenAsync();
        await SignInAsync(page);
        await GoAsync(page, "/t/default/archive");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Words that were said" }).FillAsync("invoi");
        await Expect(page.Locator("a.row")).ToHaveCountAsync(1);
        await Expect(page.Locator(".snippet mark")).ToHaveTextAsync("invoice");
        await page.Locator("a.row").ClickAsync();
        await Expect(page.Locator("article.user .text")).ToHaveTextAsync("Where is my invoice 4711?");
        await Expect(page.Locator("article.user")).ToHaveClassAsync(new Regex("found", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Contains("text=invoi", page.Url, StringComparison.Ordinal);

        await page.GetByText("Export", new() { Exact = true }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Text to read (txt)" }).ClickAsync());
        Assert.EndsWith(".txt", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Contains("Where is my invoice 4711?", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alertdialog).GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/t/default/conversations/", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.Locator("article.user .text")).ToHaveTextAsync("Where is my invoice 4711?");
        Assert.Empty(Faults);
    }
}
