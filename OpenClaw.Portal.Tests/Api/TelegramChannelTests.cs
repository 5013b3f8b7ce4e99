using System.Net;
using System.Text;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>A Telegram channel through the whole product: made by the API, tested, spoken to by both ways in.</summary>
[Trait("Category", "Slow")]
public sealed class TelegramChannelTests : IAsyncLifetime
{
    private Product _product = null!;
    private FakeTelegram _telegram = null!;
    private HttpClient _api = null!;

    public async Task InitializeAsync()
    {
        _telegram = await FakeTelegram.StartAsync();
        _product = await Product.StartAsync();
        _api = _product.Client(Product.Key);
    }

    public async Task DisposeAsync()
    {
        await _product.DisposeAsync();
        Assert.Empty(_telegram.Violations);
        await _telegram.DisposeAsync();
    }

    [Fact]
    public async Task Channel_MadeByTheApi_TalksAndIsTheOnlyOneOfItsBot()
    {
        var channel = await CreateAsync("polling");
        Assert.All((await _api.CallAsync("POST", $"/api/v1/channels/{channel}/test")).EnumerateArray().Where(c => c.GetProperty("check").GetString() != "agent"), c => Assert.True(c.GetProperty("ok").GetBoolean(), c.GetRawText()));
        await _telegram.AddUser("Ada").SaysAsync("hello");
        await _telegram.WaitForMessageAsync(m => m.Text!.Contains("hello", StringComparison.Ordinal));
        Assert.Equal("@" + _telegram.Bot.User.Username, (await _api.CallAsync("GET", $"/api/v1/channels/{channel}/status")).GetProperty("connection").GetProperty("account").GetString());
        await _api.FailAsync(400, "POST", "/api/v1/channels", Body("Second", "polling"));
        await _api.FailAsync(400, "POST", "/api/v1/channels", """{"kind":"telegram","name":"Third","settings":{},"secrets":{"botToken":"the token is 1:a"}}""");
    }

    [Fact]
    public async Task Hook_OfTheProduct_KnowsItsSecretAndNothingElse()
    {
        var channel = await CreateAsync("webhook");
        var set = await _telegram.WaitForCallAsync("setWebhook");
        var address = new Uri(_product.Address, $"/hooks/telegram/{channel}");
        Assert.Equal($"http://gateway.example/hooks/telegram/{channel}", set["url"]);
        var update = """{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":77,"type":"private","first_name":"Ada"},"from":{"id":77,"is_bot":false,"first_name":"Ada"},"text":"by the hook"}}""";
        Assert.Equal(HttpStatusCode.NotFound, await KnockAsync(address, null, update));
        Assert.Equal(HttpStatusCode.NotFound, await KnockAsync(address, "wrong", update));
        Assert.Equal(HttpStatusCode.NotFound, await KnockAsync(new(_product.Address, $"/hooks/telegram/{Guid.NewGuid()}"), set["secret_token"], update));
        Assert.Empty((await _api.CallAsync("GET", "/api/v1/sessions")).GetProperty("items").EnumerateArray());
        HttpStatusCode status;
        while ((status = await KnockAsync(address, set["secret_token"], update)) == HttpStatusCode.ServiceUnavailable) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.OK, await KnockAsync(address, set["secret_token"], update));
        var session = Assert.Single((await _api.CallAsync("GET", "/api/v1/sessions")).GetProperty("items").EnumerateArray().ToList());
        Assert.Equal(("telegram", "77"), (session.GetProperty("channelKind").GetString(), session.GetProperty("conversation").GetString()));
        using var client = _product.Client();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(address)).StatusCode);
    }

    private async Task<string> CreateAsync(string mode) => (await _api.CallAsync("POST", "/api/v1/channels", Body("Bot", mode))).GetProperty("id").GetString()!;

    private string Body(string name, string mode) =>
        $$$"""{"kind":"telegram","name":"{{{name}}}","settings":{"baseUrl":"{{{_telegram.BaseUrl}}}","mode":"{{{mode}}}"},"secrets":{"botToken":"{{{_telegram.Token}}}"}}""";

    private async Task<HttpStatusCode> KnockAsync(Uri address, string? secret, string body)
    {
        using var client = _product.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (secret is not null) request.Headers.Add("X-Telegram-Bot-Api-Secret-Token", secret);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
