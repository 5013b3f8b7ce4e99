using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OpenClaw.Benchmarks.Driver;
using OpenClaw.Portal.Tests.Browser;
using OpenClaw.Portal.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Packaging;

/// <summary>The product behind Debian's nginx with the shipped configuration, at the root of a site and under a path of another one, in a real browser.</summary>
[Trait("Category", "Browser")]
public sealed class BehindNginxTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Key = "ock_0000000000000000000000000000000nginx";
    private readonly List<string> _faults = [];

    [NginxFact]
    public Task Site_OfItsOwn_Works() => WalkAsync("");

    [NginxFact]
    public Task Site_Shared_WorksUnderItsPath() => WalkAsync("/gateway");

    private async Task WalkAsync(string path)
    {
        var port = ServerProcess.FreeAddress().Port;
        var root = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{port}{path}");
        await using var portal = await PortalProcess.StartAsync(
            "--Bootstrap:AdminEmail", "ada@example.org", "--Bootstrap:AdminPassword", "correct horse battery", "--Bootstrap:ApiKey", Key,
            "--PublicUrl", root + "/", "--Proxy:Known", "127.0.0.1;::1");
        await using var nginx = await Nginx.StartAsync(port, new Uri(portal.Address).Authority, subPath: path.Length > 0);
        using var http = new HttpClient(nginx.NewHandler());
        http.DefaultRequestHeaders.Authorization = new("Bearer", Key);

        await using var context = await chromium.Browser.NewContextAsync(new() { IgnoreHTTPSErrors = true });
        context.SetDefaultTimeout(60_000);
        var page = await OpenAsync(context);
        await SignInAsync(page, root, path);
        await CookiesAsync(context, path);
        await EveryLinkStaysBelowAsync(page, root, path);
        await ChatAndWatchAsync(context, page, http, root);
        await AddressIsTheVisitorsOwnAsync(page, http, root);
        await ApiAsync(http, root, path);
        await SocketsAsync(nginx, http, root);
        await EventsArriveAtOnceAsync(http, root);
        Assert.True(_faults.Count == 0, string.Join("\n", _faults));
    }

    private async Task<IPage> OpenAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => _faults.Add(error);
        page.Console += (_, line) =>
        {
            // browsers ask the root of every site for it, on their own
            if (line.Location.Contains("/favicon.ico", StringComparison.Ordinal)) return;
            if (line.Type == "error" || line.Text.Contains("Content Security Policy", StringComparison.Ordinal)) _faults.Add($"{page.Url}: {line.Text} {line.Location}");
        };
        return page;
    }

    private static async Task SignInAsync(IPage page, string root, string path)
    {
        await page.GotoAsync(root + "/t/default/audit"); // leads to the sign-in, and back here
        await Expect(page).ToHaveURLAsync(new Regex($"^https://localhost:\\d+{path}/account/sign-in\\?", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByLabel("E-mail address").FillAsync("ada@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("correct horse battery");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"^https://localhost:\\d+{path}/t/default/audit$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await LiveAsync(page);
    }

    /// <summary>The circuit is there: over a WebSocket, as everything else was refused by the proxy's headers in vain.</summary>
    private static Task LiveAsync(IPage page) => Expect(page.Locator("main[data-live=true]")).ToBeAttachedAsync();

    private static async Task CookiesAsync(IBrowserContext context, string path)
    {
        var cookies = await context.CookiesAsync();
        var session = Assert.Single(cookies, c => c.Name == "__Host-openclaw");
        Assert.Equal((true, true, "/"), (session.Secure, session.HttpOnly, session.Path)); // the path is what the name asks for
        Assert.All(cookies.Where(c => !c.Name.StartsWith("__Host-", StringComparison.Ordinal)), c => Assert.Equal(path.Length > 0 ? path : "/", c.Path.Length > 1 ? c.Path.TrimEnd('/') : c.Path));
    }

    /// <summary>Walks the navigation: what it links stays below the path, and every page of it comes alive.</summary>
    private static async Task EveryLinkStaysBelowAsync(IPage page, string root, string path)
    {
        foreach (var place in (string[])["/t/default/overview", "/t/default/channels", "/t/default/agents", "/t/default/conversations", "/owner/tenants", "/account"])
        {
            await page.GotoAsync(root + place);
            if (place != "/account") await LiveAsync(page);
            var links = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href], form[action], iframe[src], img[src], script[src], link[href]')].map(e => e.href || e.action || e.src).filter(a => a.startsWith(location.origin))");
            Assert.NotEmpty(links);
            Assert.All(links, link => Assert.StartsWith(root + "/", link, StringComparison.Ordinal));
        }

        await page.GotoAsync(root + "/t/default/overview");
        await LiveAsync(page);
        await page.Locator("#navigation a", new() { HasText = "Channels" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{path}/t/default/channels$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private async Task ChatAndWatchAsync(IBrowserContext context, IPage page, HttpClient http, string root)
    {
        var list = await http.GetFromJsonAsync<JsonNode>(new Uri(root + "/api/v1/channels"));
        var channel = list!["items"]![0]!["id"]!.GetValue<string>();
        await page.GotoAsync(root + "/t/default/conversations");
        await LiveAsync(page);
        var chat = await OpenAsync(context);
        await chat.GotoAsync($"{root}/chat/{channel}");
        await chat.GetByRole(AriaRole.Textbox).FillAsync("through nginx");
        await chat.GetByRole(AriaRole.Textbox).PressAsync("Enter");
        await Expect(chat.GetByText("through nginx")).ToHaveCountAsync(2); // the question and the echo

        // seen live, without a reload
        await page.Locator("a.row").First.ClickAsync();
        await Expect(page.Locator("article.user").First).ToContainTextAsync("through nginx");
        await chat.GetByRole(AriaRole.Textbox).FillAsync("and once more");
        await chat.GetByRole(AriaRole.Textbox).PressAsync("Enter");
        await Expect(page.Locator("article.user").Last).ToContainTextAsync("and once more");

        // 20 MB: above nginx's own limit of 1 MB, below the gateway's; its link works too
        await chat.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "big.bin", MimeType = "application/octet-stream", Buffer = new byte[20_000_000] });
        await chat.GetByRole(AriaRole.Textbox).FillAsync("a file");
        await chat.GetByRole(AriaRole.Textbox).PressAsync("Enter");
        var link = page.Locator("article.user a", new() { HasText = "big.bin" }).First;
        await Expect(link).ToBeVisibleAsync();
        var address = await link.EvaluateAsync<string>("a => a.href");
        Assert.StartsWith(root + "/files/", address, StringComparison.Ordinal);
        Assert.Equal(20_000_000, (await http.GetByteArrayAsync(new Uri(address))).Length);
        await chat.CloseAsync();
    }

    /// <summary>Neither the proxy's address nor one that the visitor makes up stands with a sign-in.</summary>
    private static async Task AddressIsTheVisitorsOwnAsync(IPage page, HttpClient http, string root)
    {
        using var forged = new HttpRequestMessage(HttpMethod.Post, new Uri(root + "/api/v1/agents")) { Content = JsonContent.Create(new { kind = "echo", name = "Forged" }) };
        forged.Headers.Add("X-Forwarded-For", "203.0.113.9");
        forged.Headers.Add("X-Real-IP", "203.0.113.9");
        forged.Headers.Add("Forwarded", "for=203.0.113.9");
        using var answer = await http.SendAsync(forged);
        Assert.Equal(201, (int)answer.StatusCode);
        var audit = await http.GetStringAsync(new Uri(root + "/api/v1/audit?limit=20"));
        Assert.DoesNotContain("203.0.113.9", audit, StringComparison.Ordinal);
        await page.GotoAsync(root + "/account/sign-ins");
        await Expect(page.GetByText("127.0.0.1").First).ToBeVisibleAsync();
    }

    private static async Task ApiAsync(HttpClient http, string root, string path)
    {
        using var made = await http.PostAsJsonAsync(new Uri(root + "/api/v1/agents"), new { kind = "echo", name = "Located" });
        Assert.StartsWith(path + "/api/v1/agents/", made.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var again = await http.GetAsync(new Uri(new Uri(root), made.Headers.Location));
        Assert.Equal(200, (int)again.StatusCode);
        var document = await http.GetFromJsonAsync<JsonNode>(new Uri(root + "/openapi/v1.json"));
        Assert.Equal(root + "/", document!["servers"]![0]!["url"]!.GetValue<string>().TrimEnd('/') + "/");
        Assert.Equal(200, (int)(await http.GetAsync(new Uri(root + "/api/index.html"))).StatusCode);
        Assert.Equal(200, (int)(await http.GetAsync(new Uri(root + "/widget.js"))).StatusCode);
        var member = await http.PostAsJsonAsync(new Uri(root + "/api/v1/members"), new { email = "otto@example.org", role = "operator" });
        var link = (await member.Content.ReadFromJsonAsync<JsonNode>())!["link"]!.GetValue<string>();
        Assert.StartsWith(root + "/account/invitation/", link, StringComparison.Ordinal);
    }

    /// <summary>The socket of a channel from a program.</summary>
    private static async Task SocketsAsync(Nginx nginx, HttpClient http, string root)
    {
        var channel = (await http.GetFromJsonAsync<JsonNode>(new Uri(root + "/api/v1/channels")))!["items"]![0]!["id"]!.GetValue<string>();
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(nginx.NewHandler());
        socket.Options.AddSubProtocol("openclaw.v1");
        await socket.ConnectAsync(new Uri($"{root.Replace("https", "wss", StringComparison.Ordinal)}/channels/{channel}/socket"), invoker, CancellationToken.None);
        var buffer = new byte[4096];
        var frame = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Contains("welcome", System.Text.Encoding.UTF8.GetString(buffer, 0, frame.Count), StringComparison.Ordinal);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    /// <summary>Server-sent events are not held back until a buffer is full.</summary>
    private static async Task EventsArriveAtOnceAsync(HttpClient http, string root)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var answer = await http.GetAsync(new Uri(root + "/api/v1/events"), HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));
        using var made = await http.PostAsJsonAsync(new Uri(root + "/api/v1/agents"), new { kind = "echo", name = "Told" }, patience.Token);
        Assert.NotNull(await reader.ReadLineAsync(patience.Token));
    }
}
