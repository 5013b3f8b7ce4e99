using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Chat;
using OpenClaw.Portal.Tests.Isolation;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>What holds for every page, in a real browser, with something on it: no violation of accessibility, nothing wider than a phone, no fault in the console.</summary>
[Trait("Category", "Browser")]
public sealed class EveryPageTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime, IDisposable
{
    private const string Key = "ock_00000000000000000000000000000accessible";
    private const string Email = "ada@example.org";

    /// <summary>Which list's first item stands in a page's parameter; null = the page is opened some other way and not here.</summary>
    private static readonly Dictionary<string, string?> Parameters = new(StringComparer.Ordinal)
    {
        ["/t/{Slug}/agents/{Id}"] = "/api/v1/agents",
        ["/t/{Slug}/agents/pools/{Id}"] = "/api/v1/pools",
        ["/t/{Slug}/channels/{Id}"] = "/api/v1/channels",
        ["/t/{Slug}/channels/{Id}/held"] = "/api/v1/channels",
        ["/account/invitation/{Token}"] = "unknown",
        ["/account/reset/{Token}"] = "unknown",
        ["/t/{Slug}/routing/{Id}"] = "/api/v1/routing-rules",
        ["/t/{Slug}/routing/intents/{Id}"] = "/api/v1/intents",
        ["/t/{Slug}/conversations/{Id}"] = "/api/v1/sessions",
        ["/t/{Slug}/archive/{Id}"] = "/api/v1/archive",
        ["/t/{Slug}/dead-letters/{Id}"] = "/api/v1/dead-letters",
        ["/t/{Slug}/replays/{Id}"] = "/api/v1/replays",
        ["/owner/tenants/{Id}"] = "/api/v1/tenants",
        ["/owner/jobs/{Name}"] = "attachments",
        ["/owner/people/{Id}"] = "/api/v1/members",
        ["/t/{Slug}/event-webhooks/{Id}"] = "/api/v1/event-webhooks",
        ["/t/{Slug}/audit/{Id}"] = "/api/v1/audit",
        ["/owner/audit/{Id}"] = "/api/v1/audit",
    };

    private static readonly string[] Kinds = ["email", "http", "telegram", "websocket"];
    private static readonly string[] AgentKinds = ["echo", "openai", "socket", "webhook"];

    private PortalProcess _portal = null!;
    private HttpClient _api = null!;

    public async Task InitializeAsync()
    {
        if (AxeCore.Script is null || ChromiumFactAttribute.Executable is null) return;
        _portal = await PortalProcess.StartAsync("--Bootstrap:AdminEmail", Email, "--Bootstrap:AdminPassword", Product.Password, "--Bootstrap:ApiKey", Key);
        _api = new() { BaseAddress = new(_portal.Address) };
        _api.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        await FillAsync();
    }

    public async Task DisposeAsync()
    {
        if (_portal is not null) await _portal.DisposeAsync();
    }

    public void Dispose() => _api?.Dispose();

    [AxeFact]
    public async Task EveryPage_InLightAndDark_HasNoSeriousViolation()
    {
        var faults = new List<string>();
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            await VisitAsync(new() { ColorScheme = scheme }, async (page, address) =>
                faults.AddRange((await AxeCore.ViolationsAsync(page)).Where(v => v.StartsWith("serious", StringComparison.Ordinal) || v.StartsWith("critical", StringComparison.Ordinal)).Select(v => $"{address} ({scheme}): {v}")));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [AxeFact]
    public async Task EveryPage_OnAPhone_IsNoWiderThanThePhone()
    {
        var faults = new List<string>();
        await VisitAsync(new() { ViewportSize = new() { Width = 390, Height = 844 } }, async (page, address) =>
        {
            var width = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (width > 390) faults.Add($"{address}: {width} px");
        });
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private async Task VisitAsync(BrowserNewContextOptions options, Func<IPage, string, Task> look)
    {
        await using var context = await chromium.Browser.NewContextAsync(options);
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        var console = new List<string>();
        page.Console += (_, line) =>
        {
            if (line.Type == "error" && !line.Text.Contains("404", StringComparison.Ordinal)) console.Add($"{page.Url}: {line.Text}");
        };
        await page.GotoAsync($"{_portal.Address}/account/sign-in");
        await look(page, "/account/sign-in");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Product.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/t/default/", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var todo = new Queue<string>(await AddressesAsync());
        var seen = new HashSet<string>(todo, StringComparer.Ordinal);
        while (todo.TryDequeue(out var address))
        {
            await page.GotoAsync(_portal.Address + address);
            // an interactive page is looked at when its circuit has taken it over, a static one as it came
            if (await page.Locator("main[data-live]").CountAsync() > 0) await Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();
            await Expect(page.Locator("h1:visible, h2:visible").First).ToBeVisibleAsync();
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            await Expect(page).ToHaveTitleAsync(new Regex("OpenClaw", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await look(page, address);
            // a page's tabs are pages too
            foreach (var tab in await page.Locator(".tabs a").EvaluateAllAsync<string[]>("links => links.map(a => a.pathname + a.search)"))
                if (seen.Add(tab)) todo.Enqueue(tab);
        }

        Assert.Empty(console);
    }

    private async Task<IReadOnlyList<string>> AddressesAsync()
    {
        var addresses = new List<string>();
        foreach (var template in SiteMap.Templates.Except(["/", "/setup", "/error", "/account/sign-in"]))
        {
            var path = template.Replace("{Slug}", "default", StringComparison.Ordinal);
            if (path.Contains('{', StringComparison.Ordinal))
            {
                Assert.True(Parameters.TryGetValue(template, out var list), $"{template} has a parameter: say in {nameof(Parameters)} what stands in it.");
                if (list is null) continue;
                path = path[..path.IndexOf('{', StringComparison.Ordinal)] + await FirstAsync(list) + path[(path.IndexOf('}', StringComparison.Ordinal) + 1)..];
            }

            addresses.Add(path);
        }

        // each kind brings its own form
        addresses.AddRange(Kinds.Select(kind => $"/t/default/channels/new?kind={kind}"));
        addresses.AddRange(AgentKinds.Select(kind => $"/t/default/agents/new?kind={kind}"));
        return addresses;
    }

    private async Task<string> FirstAsync(string list)
    {
        if (!list.StartsWith('/')) return list;
        var items = (await _api.CallAsync("GET", list)).GetProperty("items");
        Assert.True(items.GetArrayLength() > 0, $"{list} is empty: {nameof(FillAsync)} shall bring something.");
        return Id(items[0]);
    }

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;

    /// <summary>Something on every page: conversations, one of which failed, long and right-to-left names.</summary>
    private async Task FillAsync()
    {
        var broken = Id(await _api.CallAsync("POST", "/api/v1/agents", """{"kind":"webhook","name":"Broken","settings":{"url":"https://agent.invalid/","retry":{"attempts":1}}}"""));
        var channel = Id(await _api.CallAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"{{new string('W', 80)}}","settings":{"title":"متجر"} }"""));
        await using (var talk = await Talk.OpenAsync(new(_portal.Address), channel))
        {
            await talk.SayAsync("مرحبا، هل من أحد هنا؟");
            await talk.ReadAsync("message");
        }

        var quick = Id(await _api.CallAsync("POST", "/api/v1/channels", """{"kind":"websocket","name":"Archived at once","settings":{"dormantAfterMinutes":0,"expireAfterDays":0,"archiveAfterDays":0,"retentionDays":90} }"""));
        await using (var talk = await Talk.OpenAsync(new(_portal.Address), quick))
        {
            await talk.SayAsync("مرحبا، هل من أحد هنا؟");
            await talk.ReadAsync("message");
        }

        await EndToEnd.Until.TrueAsync("the conversation is archived", async () =>
        {
            foreach (var job in (string[])["sessions-dormancy", "sessions-expiry", "sessions-archive"])
            {
                // the schedule may just run it
                using var run = await _api.SendAsync("POST", $"/api/v1/jobs/{job}/run");
                Assert.True(run.IsSuccessStatusCode || (int)run.StatusCode == 409, $"{job}: {(int)run.StatusCode}");
            }

            return (await _api.CallAsync("GET", "/api/v1/archive")).GetProperty("items").GetArrayLength() > 0;
        });
        var lettingIn = Id(await _api.CallAsync("POST", "/api/v1/channels", """{"kind":"http","name":"Lets people in","settings":{"callbackUrl":"https://chat.invalid/","access":"pairing"}}"""));
        using (await _api.SendAsync("POST", $"/api/v1/channels/{lettingIn}/messages", $$"""{"id":"1","user":{"id":"{{new string('w', 80)}}","name":"متجر"},"text":"hello"}"""))
        {
            // refused: a person who waits
        }

        await _api.CallAsync("POST", "/api/v1/pools", $$"""{"name":"{{new string('W', 80)}}","strategy":"weighted","members":[{"agent":"{{broken}}","weight":90}]}""");
        await _api.CallAsync("POST", "/api/v1/routing-rules", $$"""{"name":"{{new string('W', 80)}}","match":{"text":{"any":["متجر"],"regex":"never\\s+said"} },"target":{"agent":"{{broken}}"} }""");
        await _api.CallAsync("POST", "/api/v1/routing-rules/backtest", $$"""{"rules":[{"name":"{{new string('W', 80)}}","target":{"agent":"{{broken}}"} }]}""");
        await _api.CallAsync("POST", "/api/v1/intents", $$"""{"name":"{{new string('W', 80)}}","description":"متجر","examples":["{{new string('w', 200)}}","متجر"]}""");
        await _api.CallAsync("POST", "/api/v1/event-webhooks", $$"""{"name":"{{new string('W', 80)}}","url":"https://{{new string('w', 60)}}.invalid/events"}""");
        var dead = Id(await _api.CallAsync("POST", "/api/v1/channels", $$"""{"kind":"websocket","name":"Fails","agent":"{{broken}}"}"""));
        await using (var talk = await Talk.OpenAsync(new(_portal.Address), dead)) await talk.SayAsync("Is anybody there?");
        await EndToEnd.Until.TrueAsync("the message is a dead letter", async () => (await _api.CallAsync("GET", "/api/v1/dead-letters")).GetProperty("items").GetArrayLength() > 0);
        await _api.CallAsync("POST", "/api/v1/replays", $$"""{"channel":"{{dead}}","includeUnknown":true,"canary":true}""");
        // the newest of all, so its page is looked at: a connection that fails
        var bot = Id(await _api.CallAsync("POST", "/api/v1/channels", """{"kind":"telegram","name":"Bot","settings":{"baseUrl":"https://telegram.invalid"},"secrets":{"botToken":"123456:TEST"}}"""));
        await EndToEnd.Until.TrueAsync("the bot is not connected", async () => (await _api.CallAsync("GET", $"/api/v1/channels/{bot}/status")).GetProperty("state").GetString() == "failing");
        await _api.CallAsync("POST", $"/api/v1/agents/{broken}/pause", $$"""{"reason":"{{new string('W', 80)}} متجر"}""");
        await _api.CallAsync("POST", $"/api/v1/circuits/{dead}/force", """{"state":"open","reason":"The platform has an incident.","minutes":30}""");
    }
}
