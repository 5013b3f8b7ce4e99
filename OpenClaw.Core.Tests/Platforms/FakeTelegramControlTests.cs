using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram;

namespace OpenClaw.Core.Tests.Platforms;

public sealed class FakeTelegramControlTests : IAsyncLifetime, IDisposable
{
    private FakeTelegram _telegram = null!;
    private BotClient _bot = null!;

    public async Task InitializeAsync()
    {
        _telegram = await FakeTelegram.StartAsync(new() { CaptureFolder = null });
        _bot = new(_telegram);
    }

    public async Task DisposeAsync() => await _telegram.DisposeAsync();

    public void Dispose() => _bot.Dispose();

    [Fact]
    public async Task Page_Root_Html()
    {
        using var page = await _bot.Http.GetAsync(_telegram.Url);

        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Fake Telegram", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_SayAndPress_ReachTheBot()
    {
        var ada = (long)(await ControlAsync("people", new { name = "Ada" }))["id"]!;
        await ControlAsync("say", new { person = ada, text = "hello" });
        var sent = await _bot.ResultAsync("sendMessage", new { chat_id = ada, text = "?", reply_markup = new { inline_keyboard = (object[][])[[new { text = "Yes", callback_data = "y" }]] } });
        await ControlAsync("press", new { person = ada, message = (int)sent["message_id"]!, label = "Yes" });

        var updates = await _bot.UpdatesAsync();
        var messages = JsonNode.Parse(await _bot.Http.GetStringAsync($"{_telegram.BaseUrl}/control/messages?chat={ada}"))!["messages"]!.AsArray();

        Assert.Equal("hello", (string)updates[0]["message"]!["text"]!);
        Assert.Equal("y", (string)updates[1]["callback_query"]!["data"]!);
        Assert.Equal(["hello", "?"], messages.Select(m => (string)m!["text"]!));
    }

    [Fact]
    public async Task Control_Fault_NextCallFails()
    {
        await ControlAsync("faults", new { method = "getMe", kind = "error", status = 429, retryAfter = 7 });

        Assert.Equal("Too Many Requests: retry after 7", await _bot.FaultAsync("getMe"));
        await _bot.ResultAsync("getMe");
    }

    [Fact]
    public async Task Control_Update_OfferedAsItIs()
    {
        await ControlAsync("updates", new { update = new { something_new = new { a = (string?)null } } });

        Assert.NotNull(Assert.Single(await _bot.UpdatesAsync())["something_new"]);
    }

    [Theory]
    [InlineData("say", """{"person":1,"text":"hello"}""", "There is no person 1.")]
    [InlineData("say", "{}", "person is required")]
    [InlineData("nothing", "{}", "There is no /control/nothing.")]
    public async Task Control_BadRequest_SaysWhy(string what, string body, string error)
    {
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _bot.Http.PostAsync($"{_telegram.BaseUrl}/control/{what}", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(error, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!);
    }

    [Fact]
    public async Task Control_FromAnotherSite_Refused()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"{_telegram.BaseUrl}/control/drop") { Content = new StringContent("") };
        request.Headers.Add("Origin", "https://example.com");
        using var answer = await _bot.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<JsonNode> ControlAsync(string what, object body)
    {
        using var answer = await _bot.Http.PostAsJsonAsync($"{_telegram.BaseUrl}/control/{what}", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
