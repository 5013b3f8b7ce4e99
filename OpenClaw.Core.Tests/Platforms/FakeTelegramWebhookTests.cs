using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Telegram;

namespace OpenClaw.Core.Tests.Platforms;

public sealed class FakeTelegramWebhookTests : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentQueue<(string? Secret, JsonNode Update)> _posts = new();
    private readonly ConcurrentQueue<int> _statuses = new();
    private FakeTelegram _telegram = null!;
    private BotClient _bot = null!;
    private HttpServer _product = null!;
    private FakePerson _ada = null!;

    public async Task InitializeAsync()
    {
        _telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null, WebhookBackoff = TimeSpan.FromMilliseconds(1) });
        _bot = new(_telegram);
        _product = await HttpServer.StartAsync(TakeAsync);
        _ada = _telegram.AddUser("Ada");
    }

    public async Task DisposeAsync()
    {
        await _telegram.DisposeAsync();
        await _product.DisposeAsync();
    }

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task SetWebhook_Updates_PostedWithTheSecretInTheirOrder()
    {
        await SetAsync();
        await _ada.SaysAsync("one");
        await _ada.SaysAsync("two");
        await _telegram.ConfirmedAsync();

        Assert.Equal(["one", "two"], _posts.Select(p => (string)p.Update["message"]!["text"]!));
        Assert.All(_posts, p => Assert.Equal("s3cret", p.Secret));
    }

    [Fact]
    public async Task SetWebhook_NotTaken_TriedAgainBeforeTheNext()
    {
        _statuses.Enqueue(503);
        _statuses.Enqueue(401);
        await SetAsync();
        await _ada.SaysAsync("one");
        await _ada.SaysAsync("two");
        await _telegram.ConfirmedAsync();

        Assert.Equal(["one", "one", "one", "two"], _posts.Select(p => (string)p.Update["message"]!["text"]!));
        var info = await _bot.ResultAsync("getWebhookInfo");
        Assert.StartsWith("Wrong response from the webhook: 401", (string)info["last_error_message"]!, StringComparison.Ordinal);
        Assert.Equal(0, (int)info["pending_update_count"]!);
    }

    [Fact]
    public async Task GetUpdates_WhileWebhookIsSet_Conflict()
    {
        var poll = _bot.FaultAsync("getUpdates", new { timeout = 30 });
        await _telegram.WaitForCallAsync("getUpdates");
        await SetAsync();

        Assert.Equal("Conflict: terminated by setWebhook request", await poll);
        Assert.Equal("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first", await _bot.FaultAsync("getUpdates"));
        await _bot.ResultAsync("deleteWebhook", new { drop_pending_updates = true });
        Assert.Empty(await _bot.UpdatesAsync());
    }

    [Theory]
    [InlineData("not an address", null)]
    [InlineData("https://example.com/hook", "with space")]
    public async Task SetWebhook_BadFields_Refused(string url, string? secret)
    {
        Assert.StartsWith("Bad Request: ", await _bot.FaultAsync("setWebhook", secret is null ? new { url } : new { url, secret_token = secret }), StringComparison.Ordinal);
        Assert.Single(_telegram.Violations);
    }

    private Task<JsonNode> SetAsync() => _bot.ResultAsync("setWebhook", new { url = new Uri(_product.Url, "/hook"), secret_token = "s3cret", max_connections = 1 });

    private async Task TakeAsync(HttpContext context)
    {
        var update = await JsonNode.ParseAsync(context.Request.Body);
        _posts.Enqueue((context.Request.Headers["X-Telegram-Bot-Api-Secret-Token"], update!));
        context.Response.StatusCode = _statuses.TryDequeue(out var status) ? status : 200;
    }
}
