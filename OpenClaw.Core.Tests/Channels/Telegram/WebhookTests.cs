using System.Text;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>Messages that Telegram brings.</summary>
public sealed class WebhookTests
{
    private const string Webhook = """{"mode":"webhook"}""";

    [Fact]
    public async Task Message_ByACall_IsStoredAndAnswered()
    {
        await using var place = await TelegramPlace.StartAsync(Webhook);
        await place.Telegram.AddUser("Ada").SaysAsync("hello");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
        await place.ConfirmedAsync();
        var set = Assert.Single(place.Telegram.Calls("setWebhook"));
        Assert.Equal($"{place.Door.AbsoluteUri.TrimEnd('/')}/hooks/telegram/{place.Channel.Id}", set["url"]);
        Assert.Matches(@"\A[A-Za-z0-9_-]{32,256}\z", set["secret_token"]!);
        Assert.Equal("""["message","callback_query","my_chat_member"]""", set.Fields.Json("allowed_updates")!.ToJsonString());
        Assert.Empty(place.Telegram.Calls("getUpdates"));
        place.Telegram.Bot.Updates.Repeat();
        await place.Telegram.AddUser("Bob").SaysAsync("next");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "next");
        Assert.Equal(2, (await place.QuestionsAsync(2)).Count);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Call_WithAWrongSecretOrForAnUnknownChannel_Is404AndStoresNothing(string? secret)
    {
        await using var place = await TelegramPlace.StartAsync(Webhook);
        Assert.Equal(404, await KnockAsync(place, place.Channel.Id.ToString(), secret, Update(place)));
        Assert.Equal(404, await KnockAsync(place, Guid.NewGuid().ToString(), secret, Update(place)));
        Assert.Equal(404, await KnockAsync(place, "not-an-id", secret, Update(place)));
        Assert.Empty(await place.Road.RowsAsync());
    }

    [Fact]
    public async Task Call_OfAnOldMode_Is404AndTheUpdateComesByAPoll()
    {
        await using var place = await TelegramPlace.StartAsync(Webhook);
        var secret = place.Telegram.Bot.Webhook!.Secret;
        var stranger = await TelegramPlace.StartAsync(Webhook);
        Assert.NotEqual(secret, stranger.Telegram.Bot.Webhook!.Secret);
        Assert.Equal(404, await KnockAsync(place, place.Channel.Id.ToString(), stranger.Telegram.Bot.Webhook.Secret, Update(place)));
        await stranger.DisposeAsync();
        place.Change("""{"mode":"polling"}""");
        Assert.Equal(404, await KnockAsync(place, place.Channel.Id.ToString(), secret, Update(place)));
        await place.LinkAsync(l => l is { Generation: 2, State: ChannelLinkState.Connected });
        Assert.Empty(await place.Road.RowsAsync());
    }

    [Fact]
    public async Task Mode_SwitchedToAndFro_LosesAndDoublesNothing()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        for (var i = 0; i < 6; i++)
        {
            await ada.SaysAsync($"a{i}");
            place.Change(i % 2 == 0 ? Webhook : """{"mode":"polling"}""");
            await ada.SaysAsync($"b{i}");
        }

        await place.Telegram.WaitForMessagesAsync(12);
        await place.ConfirmedAsync();
        Assert.Equal(12, (await place.QuestionsAsync(12)).Select(q => q.Text.ToString()).Distinct().Count());
        Assert.Equal(12, place.Telegram.Messages.Count);
    }

    [Fact]
    public async Task Call_WhileTheGatewayIsFull_Is503WithATimeAndComesAgain()
    {
        await using var place = await TelegramPlace.StartAsync(Webhook, limits: new() { IngressQueue = 1 });
        var held = new TaskCompletionSource();
        place.Road.Agents.Answer = async (request, _, token) =>
        {
            await held.Task.WaitAsync(token);
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        for (var i = 0; i < 40; i++) await place.Telegram.AddUser($"P{i}").SaysAsync($"from {i}");
        await TestWait.UntilAsync(() => place.Telegram.Bot.Webhook!.LastError is not null);
        Assert.Contains("503", place.Telegram.Bot.Webhook!.LastError, StringComparison.Ordinal);
        held.SetResult();
        await place.Telegram.WaitForMessagesAsync(40);
        Assert.Equal(40, (await place.QuestionsAsync(40)).Count);
    }

    [Fact]
    public async Task Gap_OfARestart_IsClosedWithWhatTelegramBroughtAfterwards()
    {
        await using var place = await TelegramPlace.StartAsync(Webhook);
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("before");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "before");
        await place.RestartAsync(connect: false);
        await ada.SaysAsync("meanwhile");
        await TestWait.UntilAsync(() => place.Telegram.Bot.Webhook!.LastError is not null);
        await place.ConnectAsync(wait: false);
        await place.Telegram.WaitForMessageAsync(m => m.Text == "meanwhile");
        await TestWait.UntilAsync(async () => (await place.GapsAsync()) is [{ EndedAt: not null, Recovered: 1, Missed: 0 }]);
        Assert.Equal(["before", "meanwhile"], (await place.QuestionsAsync(2)).OrderBy(q => q.Seq).Select(q => q.Text.ToString()));
    }

    [Fact]
    public async Task Call_BeforeTheChannelIsConnected_ComesAgain()
    {
        await using var place = await TelegramPlace.StartAsync(Webhook, start: false);
        var hooks = place.Road.Get<TelegramWebhooks>();
        var secret = hooks.SecretOf(place.Channel.Id, TelegramAccess.BotIdOf(place.Telegram.Token)!);
        Assert.Equal(503, await KnockAsync(place, place.Channel.Id.ToString(), secret, Update(place)));
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    [InlineData("not json", 400)]
    [InlineData("[]", 200)]
    [InlineData("null", 200)]
    [InlineData("{\"update_id\":1}", 200)]
    [InlineData("{\"update_id\":\"x\",\"message\":{}}", 200)]
    [InlineData("{\"update_id\":1,\"message\":[]}", 200)]
    public async Task Call_ThatSaysNothing_IsNoError(string body, int status)
    {
        await using var place = await TelegramPlace.StartAsync(Webhook);
        Assert.Equal(status, await KnockAsync(place, place.Channel.Id.ToString(), place.Telegram.Bot.Webhook!.Secret, body));
        Assert.Empty(await place.Road.RowsAsync());
    }

    [Fact]
    public async Task Call_TooLarge_Is413()
    {
        await using var place = await TelegramPlace.StartAsync(Webhook);
        Assert.Equal(413, await KnockAsync(place, place.Channel.Id.ToString(), place.Telegram.Bot.Webhook!.Secret, new(' ', 5 * 1_024 * 1_024)));
    }

    [Fact]
    public async Task Webhook_ThatTelegramCannotCall_IsShownWithItsErrorUntilItCan()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(Webhook, new() { Time = clock }, clock);
        place.BeforeDoor = http =>
        {
            http.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        await place.Telegram.AddUser("Ada").SaysAsync("hello");
        await TestWait.UntilAsync(() => place.Telegram.Bot.Webhook!.LastError is not null);
        await AdvanceUntilAsync(clock, () => place.Link is { Cause: "webhook_failed" });
        Assert.Contains("500", place.Link!.Detail, StringComparison.Ordinal);
        place.BeforeDoor = _ => Task.FromResult(false);
        await AdvanceUntilAsync(clock, () => place.Link is { State: ChannelLinkState.Connected, Cause: null } && place.Telegram.Bot.Updates.Count == 0);
        Assert.Single(await place.QuestionsAsync(1));
    }

    [Fact]
    public async Task Webhook_ChangedByAnother_IsSetAgain()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(Webhook, new() { Time = clock }, clock);
        using var other = new HttpClient();
        using var body = new StringContent("""{"url":"https://other.example/hook"}""", Encoding.UTF8, "application/json");
        (await other.PostAsync(new Uri($"{place.Telegram.BaseUrl}/bot{place.Telegram.Token}/setWebhook"), body)).Dispose();
        await AdvanceUntilAsync(clock, () => place.Telegram.Bot.Webhook is { } hook && hook.Url.AbsoluteUri.Contains("/hooks/telegram/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://gateway.example", false)]
    [InlineData("https://localhost", false)]
    [InlineData("https://gateway.example:5080", false)]
    [InlineData("https://gateway.example:8443", true)]
    [InlineData("https://gateway.example", true)]
    public void Address_ForTelegramItself_IsHttpsOnAPortThatItCalls(string url, bool isFine)
    {
        var hooks = new TelegramWebhooks(null!, new() { PublicUrl = new(url), DataDirectory = "/" }, new FakeKeys(), TimeProvider.System);
        Assert.Equal(isFine, hooks.ReasonAgainst(new(new(TelegramAccess.CloudUrl), "1:a")) is null);
        Assert.Null(hooks.ReasonAgainst(new(new("http://bot-api.internal:8081"), "1:a")));
    }

    private static Task AdvanceUntilAsync(TestClock clock, Func<bool> holds) => TestWait.UntilAsync(() =>
    {
        if (holds()) return true;
        clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    private static string Update(TelegramPlace place) => $$$"""{"update_id":1,"message":{{{ConversationTests.Raw(5, 5, "x " + place.Channel.Name)["message"]!.ToJsonString()}}}}""";

    private static async Task<int> KnockAsync(TelegramPlace place, string channel, string? secret, string body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(place.Door, $"hooks/telegram/{channel}")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (secret is not null) request.Headers.TryAddWithoutValidation(TelegramHook.SecretHeader, secret);
        request.Headers.ExpectContinue = body.Length > 1_000_000; // one that is refused by its length is not sent
        using var response = await client.SendAsync(request);
        if ((int)response.StatusCode == 503) Assert.NotNull(response.Headers.RetryAfter);
        return (int)response.StatusCode;
    }
}
