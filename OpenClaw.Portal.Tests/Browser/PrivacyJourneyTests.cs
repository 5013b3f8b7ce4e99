using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>As an admin would: hold a person's conversations, release them, and erase the person, who is found while typing.</summary>
[Trait("Category", "Browser")]
public sealed class PrivacyJourneyTests(Chromium chromium) : PortalJourney(chromium)
{
    private const string Key = "ock_000000000000000000000000000000privacy";

    protected override IReadOnlyList<string> MoreArguments => ["--Bootstrap:ApiKey", Key];

    [ChromiumFact]
    public async Task HoldReleaseErase_ByTheFormsAlone()
    {
        using var api = new HttpClient { BaseAddress = new(Address) };
        api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var channel = (await api.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
        await using var talk = await Talk.OpenAsync(new(Address), channel);
        await talk.SayAsync("hello");
        await talk.ReadAsync("message");
        var (user, session) = (talk.Welcome.GetProperty("user").GetString()!, talk.Welcome.GetProperty("session").GetString()!);
        var page = await OpenAsync();
        await SignInAsync(page);

        await GoAsync(page, $"/t/default/privacy?user={user}");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Case 12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hold", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Release Case 12" })).ToBeVisibleAsync();

        await GoAsync(page, "/t/default/privacy?tab=erasures");
        await PersonAsync(page, user);
        await Expect(page.GetByText("A legal hold would keep one conversation.")).ToBeVisibleAsync();

        await GoAsync(page, "/t/default/privacy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Release Case 12" }).ClickAsync();
        await page.Locator("#typed-name").FillAsync("Case 12");
        await page.GetByRole(AriaRole.Button, new() { Name = "Release", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Nothing is held")).ToBeVisibleAsync();

        await GoAsync(page, "/t/default/privacy?tab=erasures");
        await PersonAsync(page, user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase this person…" }).ClickAsync();
        await page.Locator("#typed-name").FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Erase", Exact = true }).ClickAsync();
        await Expect(page.Locator(".erasure .chip.good")).ToHaveTextAsync("Done");
        await api.FailAsync(404, "GET", $"/api/v1/sessions/{session}");
        Assert.Empty(Faults);
    }

    private static async Task PersonAsync(IPage page, string user)
    {
        var box = page.GetByRole(AriaRole.Combobox, new() { Name = "Person" });
        await box.FillAsync(user[..8]);
        await Expect(page.Locator($"datalist option[value='{user}']")).ToBeAttachedAsync();
        await box.FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Count what would go" }).ClickAsync();
        await Expect(page.GetByText("What would go", new() { Exact = true })).ToBeVisibleAsync();
    }
}
