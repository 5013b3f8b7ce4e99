using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OpenClaw.Portal.Tests.Chat;

/// <summary>A test that needs Chromium; it shows as skipped where there is none. <c>CHROMIUM</c> names another one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Executable is null) Skip = "no Chromium here; name one in the variable CHROMIUM";
    }

    internal static string? Executable { get; } = new[]
    {
        Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists);
}

/// <summary>One browser for all tests of the class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (ChromiumFactAttribute.Executable is not { } executable) return;
        SetDefaultExpectTimeout(60_000); // of the whole process: here once, for all classes alike
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_playwright is null) return;
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}

/// <summary>The shipped script in a browser, under the page's own policy, against the protocol.</summary>
public sealed class ChatBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly List<string> _faults = [];
    private FakeGateway _gateway = null!;
    private IBrowserContext _context = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        if (ChromiumFactAttribute.Executable is null) return;
        _gateway = await FakeGateway.StartAsync();
        _context = await chromium.Browser.NewContextAsync();
        _context.SetDefaultTimeout(60_000);
        _page = await _context.NewPageAsync();
        _page.PageError += (_, error) => _faults.Add(error);
        _page.Dialog += (_, dialog) => _faults.Add("dialog " + dialog.Message);
        _page.Console += (_, line) =>
        {
            if (line.Text.Contains("Content Security Policy", StringComparison.Ordinal)) _faults.Add(line.Text);
        };
        await _page.GotoAsync($"{_gateway.Address}/chat/{FakeGateway.Channel}");
    }

    public async Task DisposeAsync()
    {
        if (_gateway is null) return;
        await _context.DisposeAsync();
        await _gateway.DisposeAsync();
        Assert.Empty(_faults);
    }

    private ILocator Input => _page.GetByRole(AriaRole.Textbox, new() { Name = "Message" });

    private ILocator Texts => _page.Locator(".log .row .text");

    private async Task WriteAsync(string text)
    {
        await Input.FillAsync(text);
        await Input.PressAsync("Enter");
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };

    [ChromiumFact]
    public async Task Send_Acknowledged_ShowsSentAndTheReply()
    {
        await WriteAsync("hello");
        Assert.Equal("hello", (string?)(await _gateway.NextAsync("message"))["text"]);
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        await _gateway.SayAsync(Text("hi **there**"));
        await Expect(Texts).ToHaveTextAsync(["hello", "hi there"]);
        Assert.Equal(2, (int)(await _gateway.NextAsync("read"))["seq"]!);
    }

    [ChromiumFact]
    public async Task Reload_OngoingConversation_ResumesWithOwnEntries()
    {
        await WriteAsync("hello");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        await _page.ReloadAsync();
        await Expect(Texts).ToHaveTextAsync(["hello"]);
        Assert.Equal(("token-1", "0"), _gateway.Handshakes.Last());
    }

    [ChromiumFact]
    public async Task Connection_Cut_ResumesAfterTheLastEntry()
    {
        await WriteAsync("hello");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        _gateway.Cut();
        await _gateway.SayAsync(Text("missed"));
        await Expect(Texts).ToHaveTextAsync(["hello", "missed"]);
        Assert.Equal(("token-1", "1"), _gateway.Handshakes.Last());
    }

    [ChromiumFact]
    public async Task Handshake_RefusedWithAGoodToken_KeepsQueueOrderAndToken()
    {
        await WriteAsync("zero");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        _gateway.Refuse = 503;
        _gateway.Cut();
        await Expect(_page.GetByRole(AriaRole.Status)).ToContainTextAsync("cannot be reached");
        await WriteAsync("one");
        await WriteAsync("two");
        await Expect(_page.Locator(".me .state").Last).ToHaveTextAsync("Waiting");
        _gateway.Refuse = null;
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync(["Sent", "Sent", "Sent"]);
        await Expect(Texts).ToHaveTextAsync(["zero", "one", "two"]);
        Assert.NotNull(_gateway.Handshakes.Last().Token);
    }

    [ChromiumFact]
    public async Task Token_Expired_IsGivenUp()
    {
        await WriteAsync("hello");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        _gateway.Tokens.Clear();
        _gateway.EndSession();
        await _page.ReloadAsync();
        await WriteAsync("again");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        Assert.Null(_gateway.Handshakes.Last().Token);
    }

    [ChromiumFact]
    public async Task Ack_Lost_ShowsTheMessageOnce()
    {
        _gateway.LoseNextAck = true;
        await WriteAsync("once");
        var first = await _gateway.NextAsync("message");
        var second = await _gateway.NextAsync("message");
        Assert.Equal((string?)first["id"], (string?)second["id"]);
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        await Expect(Texts).ToHaveTextAsync(["once"]);
    }

    [ChromiumFact]
    public async Task Send_Overloaded_RepeatsTheSameId()
    {
        _gateway.NextError = "overloaded";
        await WriteAsync("hello");
        var first = await _gateway.NextAsync("message");
        Assert.Equal((string?)first["id"], (string?)(await _gateway.NextAsync("message"))["id"]);
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
    }

    [ChromiumFact]
    public async Task Send_Refused_OffersRetry()
    {
        _gateway.NextError = "not_allowed";
        await WriteAsync("hello");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Not allowed here.");
        await _page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
    }

    [ChromiumFact]
    public async Task Stream_PieceLost_HoldsUntilTheWholeText()
    {
        await WriteAsync("go");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        await DeltaAsync(0, "One ");
        await DeltaAsync(2, "three");
        var live = _page.Locator(".live .text");
        await Expect(live).ToHaveTextAsync("One ");
        await DeltaAsync(0, "Again");
        await Expect(live).ToHaveTextAsync("Again");
        await _gateway.SayAsync(new() { ["id"] = "r", ["text"] = "Again, whole" });
        await DeltaAsync(1, "late");
        await Expect(Texts).ToHaveTextAsync(["go", "Again, whole"]);
        await Expect(live).ToHaveCountAsync(0);

        Task DeltaAsync(int index, string text) => _gateway.SendAsync(new() { ["type"] = "delta", ["id"] = "r", ["index"] = index, ["text"] = text });
    }

    [ChromiumFact]
    public async Task Stop_WhileAnAnswerIsMade_IsSentAndWhatWasShownGoes()
    {
        await WriteAsync("go");
        await _gateway.NextAsync("message");
        var stop = _page.GetByRole(AriaRole.Button, new() { Name = "Stop the answer" });
        await Expect(stop).ToBeHiddenAsync();
        await _gateway.SendAsync(new() { ["type"] = "typing", ["on"] = true });
        await _gateway.SendAsync(new() { ["type"] = "delta", ["id"] = "r", ["index"] = 0, ["text"] = "half of it" });
        await Expect(_page.Locator(".live .text")).ToHaveTextAsync("half of it");
        await stop.ClickAsync();
        await _gateway.NextAsync("cancel");
        await Expect(stop).ToBeHiddenAsync();
        await Expect(_page.GetByLabel("Message", new() { Exact = true })).ToBeFocusedAsync();
        await _gateway.SendAsync(new() { ["type"] = "delta", ["id"] = "r", ["index"] = 0, ["text"] = "" });
        await _gateway.SendAsync(new() { ["type"] = "typing", ["on"] = false });
        await Expect(_page.Locator(".live .text")).ToHaveCountAsync(0);
        await Expect(Texts).ToHaveTextAsync(["go"]);
    }

    [ChromiumFact]
    public async Task Session_Changed_StartsItsNumbersAgain()
    {
        await WriteAsync("old");
        await Expect(_page.Locator(".me .state")).ToHaveTextAsync("Sent");
        _gateway.EndSession();
        await _gateway.SayAsync(Text("seen as number one again"));
        _gateway.Cut();
        await _gateway.SayAsync(Text("and two"));
        await Expect(Texts).ToHaveTextAsync(["old", "seen as number one again", "and two"]);
        await Expect(_page.Locator(".day").Nth(1)).ToContainTextAsync("New conversation");
    }

    [ChromiumFact]
    public async Task Upload_SeveralChunks_ArrivesWholeAndIsNamedInTheMessage()
    {
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        await _page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "a.bin", MimeType = "application/octet-stream", Buffer = bytes });
        await WriteAsync("see");
        var message = await _gateway.NextAsync("message");
        Assert.Equal(bytes, _gateway.Uploads[(string)message["attachments"]![0]!["upload"]!]);
    }

    [ChromiumFact]
    public async Task Text_Hostile_StaysText()
    {
        const string evil = "<img src=x onerror=alert(1)> [a](javascript:alert(2)) https://ok.example/x.";
        await _gateway.NextOpenAsync();
        await _gateway.SayAsync(new()
        {
            ["text"] = evil,
            ["card"] = new JsonObject { ["title"] = "<script>alert(3)</script>", ["imageUrl"] = "javascript:alert(4)" },
            ["attachments"] = new JsonArray(new JsonObject { ["name"] = "x", ["contentType"] = "image/png", ["url"] = "javascript:alert(5)" }),
        });
        await Expect(Texts).ToHaveTextAsync([evil]);
        await Expect(_page.Locator(".log img, .log script")).ToHaveCountAsync(0);
        var link = _page.Locator(".log a");
        await Expect(link).ToHaveAttributeAsync("href", "https://ok.example/x");
        await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
    }

    [ChromiumFact]
    public async Task Button_Pressed_SendsItsValueOnce()
    {
        await _gateway.NextOpenAsync();
        await _gateway.SayAsync(new() { ["text"] = "Sure?", ["buttons"] = new JsonArray(new JsonObject { ["text"] = "Yes", ["value"] = "y" }) });
        var yes = _page.GetByRole(AriaRole.Button, new() { Name = "Yes" });
        await yes.ClickAsync();
        Assert.Equal("y", (string?)(await _gateway.NextAsync("message"))["button"]);
        await Expect(yes).ToBeDisabledAsync();
    }
}
