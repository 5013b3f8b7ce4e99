using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>How updates are fetched, confirmed, and not lost.</summary>
public sealed class PollingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Offset_WhileTheGatewayCannotTakeAll_IsNotConfirmed()
    {
        await using var place = await TelegramPlace.StartAsync(limits: new() { IngressQueue = 1 }, start: false);
        var held = new TaskCompletionSource();
        place.Road.Agents.Answer = async (request, _, token) =>
        {
            await held.Task.WaitAsync(token);
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        var people = Enumerable.Range(0, 40).Select(i => place.Telegram.AddUser($"P{i}")).ToList();
        foreach (var person in people) await person.SaysAsync($"from {person.Id}");
        await place.ConnectAsync();
        await place.QuestionsAsync(1);
        Assert.Equal(40, place.Telegram.Bot.Updates.Count);
        held.SetResult();
        await place.Telegram.WaitForMessagesAsync(40, m => m.Text!.StartsWith("from", StringComparison.Ordinal));
        await place.ConfirmedAsync();
        Assert.Equal(40, (await place.QuestionsAsync(40)).Count);
    }

    [Fact]
    public async Task Offset_AfterARestart_IsTheNextId()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("one");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "one");
        await place.ConfirmedAsync();
        var before = place.Telegram.Calls("getUpdates").Count;
        await place.RestartAsync();
        await place.Telegram.WaitForCallsAsync("getUpdates", before + 1);
        var question = await place.QuestionAsync();
        var first = place.Telegram.Calls("getUpdates")[before];
        Assert.Equal(long.Parse(question.ExternalId!.Split('.')[0], CultureInfo.InvariantCulture) + 1, long.Parse(first["offset"]!, CultureInfo.InvariantCulture));
        Assert.Equal("0", first["timeout"]); // what waits is fetched at once
    }

    [Fact]
    public async Task Update_OfferedAgain_IsOneMessage()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("once");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "once");
        place.Telegram.Bot.Updates.Repeat();
        await place.ConfirmedAsync();
        place.Telegram.Faults.Next("getUpdates", Fault.LostAnswer);
        await ada.SaysAsync("twice");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "twice");
        await place.RepliesAsync(2); // on record: else it would be sent again after a power cut
        await place.RestartAsync();
        place.Telegram.Bot.Updates.Repeat();
        await ada.SaysAsync("last");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "last");
        Assert.Equal(["once", "twice", "last"], (await place.QuestionsAsync(3)).Select(q => q.Text.ToString()));
        Assert.Equal(3, place.Telegram.Messages.Count);
    }

    [Fact]
    public async Task Ids_BeginAnewAfterAQuietWeek_NothingIsThrownAwayAndTheGapSaysSo()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(options: new() { Time = clock }, time: clock);
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("before");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "before");
        await place.ConfirmedAsync();
        await place.RestartAsync(connect: false);
        clock.Jump(TimeSpan.FromDays(8));
        place.Telegram.Bot.Updates.JumpTo(50);
        await ada.SaysAsync("after");
        var polls = place.Telegram.Calls("getUpdates").Count;
        await place.ConnectAsync(wait: false);
        await place.Telegram.WaitForMessageAsync(m => m.Text == "after");
        Assert.Null(place.Telegram.Calls("getUpdates")[polls]["offset"]);
        await place.ConfirmedAsync();
        await TestWait.UntilAsync(async () => (await place.GapsAsync()) is [{ EndedAt: not null }]);
        var gap = Assert.Single(await place.GapsAsync());
        Assert.Equal((1, null), (gap.Recovered, gap.Missed));
        Assert.Contains("24 hours", gap.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conflict_AnotherPoller_IsAStatusAndIsWaitedOut()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(time: clock);
        using var other = new HttpClient();
        await place.Telegram.WaitForCallsAsync("getUpdates", 2);
        var poll = other.GetAsync(new Uri($"{place.Telegram.BaseUrl}/bot{place.Telegram.Token}/getUpdates?timeout=50"));
        var link = await place.LinkAsync(l => l.Cause == "another_poller");
        Assert.Equal(ChannelLinkState.Connecting, link.State);
        Assert.Contains("Another poller uses this token", link.Detail, StringComparison.Ordinal);
        Assert.NotNull(link.Fix);
        Assert.True(TelegramPolling.ConflictPause > TelegramPolling.LongestPoll);
        var calls = place.Telegram.Calls("getUpdates").Count;
        clock.Advance(TelegramPolling.LongestPoll);
        Assert.Equal(calls, place.Telegram.Calls("getUpdates").Count);
        Assert.False(poll.IsCompleted);
        await AdvanceUntilAsync(clock, () => place.Telegram.Calls("getUpdates").Count > calls); // the status is told before the pause begins
        await place.Telegram.AddUser("Ada").SaysAsync("hello");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
        await place.ConnectedAsync();
        Assert.Equal(1, place.Link!.Generation);
        (await poll).Dispose();
    }

    [Fact]
    public async Task Webhook_ThatIsSetWhileTheChannelPolls_IsRemovedAndNothingIsLost()
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        await SetWebhookAsync(place);
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("waiting");
        await place.ConnectAsync();
        await place.Telegram.WaitForMessageAsync(m => m.Text == "waiting");
        Assert.Equal("False", Assert.Single(place.Telegram.Calls("deleteWebhook"))["drop_pending_updates"], ignoreCase: true);
        await SetWebhookAsync(place);
        await ada.SaysAsync("again");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "again");
        Assert.Null(place.Telegram.Bot.Webhook);
        await place.ConnectedAsync();
    }

    [Fact]
    public async Task Poll_ThatNeverEnds_IsCutCountsAsAFailureAndTheNextOnesAreShorter()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(time: clock);
        await place.Telegram.WaitForCallsAsync("getUpdates", 2);
        var proof = place.Link!.LastProofAt;
        place.Telegram.Faults.Next("getUpdates", Fault.Hang);
        place.Telegram.DropConnections(); // the open one
        await AdvanceUntilAsync(clock, () => place.Link is { State: ChannelLinkState.Retrying });
        await AdvanceUntilAsync(clock, () => place.Link is { Generation: >= 2 });
        await TestWait.UntilAsync(() => place.Telegram.Calls("getUpdates").Count >= 3);
        await AdvanceUntilAsync(clock, () => place.Link is { Cause: "no_answer" });
        await AdvanceUntilAsync(clock, () => place.Telegram.Calls("getUpdates").Count >= 5);
        Assert.InRange(int.Parse(place.Telegram.Calls("getUpdates")[^1]["timeout"]!, CultureInfo.InvariantCulture), 0, 25);
        Assert.True(place.Link!.LastProofAt > proof);
    }

    [Fact]
    public async Task Gap_WhileTelegramCouldNotBeReached_IsClosedWithWhatCameMeanwhile()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("before");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "before");
        place.Telegram.Faults.Always("getUpdates", Fault.Error(500));
        place.Telegram.DropConnections();
        await place.LinkAsync(l => l.State == ChannelLinkState.Retrying);
        await ada.SaysAsync("meanwhile 1");
        await ada.SaysAsync("meanwhile 2");
        place.Telegram.Faults.Clear();
        await place.Telegram.WaitForMessageAsync(m => m.Text == "meanwhile 2");
        await TestWait.UntilAsync(async () => (await place.GapsAsync()) is [{ EndedAt: not null }]);
        var gap = Assert.Single(await place.GapsAsync());
        Assert.Equal((2, 0), (gap.Recovered, gap.Missed));
        Assert.Null(place.Link!.Gap);
    }

    [Fact]
    public async Task Updates_ThatAreNotWhatTheDescriptionSays_AreSkippedAndConfirmed()
    {
        await using var place = await TelegramPlace.StartAsync();
        foreach (var bad in new[]
        {
            "{}", """{"brand_new":{"x":[1]}}""", """{"message":5}""", """{"message":{"message_id":1}}""", """{"message":{"message_id":1,"chat":{"id":1,"type":"private"},"text":null,"from":null}}""",
            """{"callback_query":{"id":"1"}}""", """{"callback_query":{"id":"1","from":{"id":5,"first_name":"A"},"inline_message_id":"x","data":"d"}}""", """{"my_chat_member":{}}""",
            """{"edited_message":{"message_id":1}}""", """{"poll":{}}""", """{"channel_post":{"message_id":1,"chat":{"id":-100,"type":"channel"},"text":"x"}}""",
        })
            place.Telegram.Bot.Updates.AddRaw(JsonNode.Parse(bad)!.AsObject());
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("still here");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "still here");
        await place.ConfirmedAsync();
        Assert.Single(await place.QuestionsAsync(1));
        Assert.Equal(4, (await place.GapsAsync()).Sum(g => g.Missed));
    }

    [Theory]
    [InlineData("\uD83D lone half")]
    [InlineData("\u200B\u200B\u200D")]
    [InlineData("\u202Eשלום עולם\u202C")]
    [InlineData("e\u0301\u0301\u0301 👨‍👩‍👧‍👦 \u0000 end")]
    public async Task Text_OfAnyKind_IsTakenAndAnswered(string text)
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Answers("ok");
        place.Telegram.Bot.Updates.AddRaw(ConversationTests.Raw(place.Telegram.AddUser("Ada").Private.Chat.Id, 5, text));
        await place.QuestionAsync();
        await place.ConfirmedAsync();
    }

    [Fact]
    public async Task Order_OfAChat_IsThatOfItsIds()
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        var ada = place.Telegram.AddUser("Ada");
        for (var i = 0; i < 120; i++) await ada.SaysAsync($"{i}");
        place.Telegram.Bot.Updates.ReverseNext();
        await place.ConnectAsync();
        var rows = await place.QuestionsAsync(120);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => i.ToString(CultureInfo.InvariantCulture)), rows.OrderBy(r => r.Seq).Select(r => r.Text.ToString()));
    }

    [Fact]
    public async Task Pressure_WhileItIsHigh_NothingIsFetched()
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        place.Pressure.Hold();
        await place.ConnectAsync();
        await place.Telegram.AddUser("Ada").SaysAsync("hello");
        Assert.Empty(place.Telegram.Calls("getUpdates"));
        place.Pressure.Release();
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
    }

    [Fact]
    public async Task TooManyRequests_OnAPoll_IsWaitedOut()
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        place.Telegram.Faults.Next("getUpdates", Fault.TooManyRequests(77));
        await place.ConnectAsync(wait: false);
        var link = await place.LinkAsync(l => l.Cause == "rate_limited");
        Assert.Equal(ChannelLinkState.Retrying, link.State);
        Assert.InRange(link.NextTryAt!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(78));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(404)]
    public async Task Pages_OfAProxy_AreRetriedAndNoRefusalOfTheToken(int status)
    {
        await using var place = await TelegramPlace.StartAsync(start: false);
        place.Telegram.Faults.Next("getMe", Fault.HtmlPage(status));
        await place.ConnectAsync(wait: false);
        Assert.Equal(ChannelLinkState.Retrying, (await place.LinkAsync(l => l.Cause is not null)).State);
        await place.ConnectedAsync();
    }

    [Fact]
    public async Task Settings_ThatDoNotTouchTheConnection_LeaveItAlone()
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Change("""{"access":"allow-list","allowed":["1"],"streaming":false}""");
        await place.Telegram.AddUser("Ada").SaysAsync("not on the list");
        await place.ConfirmedAsync();
        Assert.Equal(1, place.Link!.Generation);
        Assert.Empty(await place.Road.RowsAsync());
        place.Change("""{"commands":[{"command":"help","description":"Help"}]}""");
        await place.LinkAsync(l => l is { Generation: 2, State: ChannelLinkState.Connected });
    }

    [Fact]
    public async Task Commands_AreWrittenWhenTheyChange()
    {
        await using var place = await TelegramPlace.StartAsync("""{"commands":[{"command":"help","description":"Help"}]}""");
        Assert.Contains("help", Assert.Single(place.Telegram.Calls("setMyCommands")).Fields.Json("commands")!.ToJsonString(), StringComparison.Ordinal);
        await place.RestartAsync();
        Assert.Single(place.Telegram.Calls("setMyCommands"));
        place.Change("""{"commands":[{"command":"order","description":"Order"}]}""");
        await place.LinkAsync(l => l is { Generation: 2, State: ChannelLinkState.Connected });
        Assert.Equal(2, place.Telegram.Calls("setMyCommands").Count);
        place.Telegram.Faults.Next("setMyCommands", Fault.Error(400, "Bad Request: something"));
        place.Change("""{"commands":[]}""");
        await place.LinkAsync(l => l is { Generation: 3, State: ChannelLinkState.Connected });
    }

    [Fact]
    public async Task Connections_CutAgainAndAgain_LoseAndDoubleNoMessage()
    {
        await using var place = await TelegramPlace.StartAsync();
        var people = Enumerable.Range(0, 40).Select(i => place.Telegram.AddUser($"P{i}")).ToList();
        for (var round = 0; round < 5; round++)
        {
            foreach (var person in people) await person.SaysAsync($"{person.Id} {round}");
            await place.QuestionsAsync(((round + 1) * people.Count) - (people.Count / 2));
            place.Telegram.DropConnections();
        }

        var rows = await place.QuestionsAsync(200);
        Assert.Equal(200, rows.Select(r => r.Text.ToString()).Distinct().Count());
        Assert.Equal(200, rows.Count);
        await place.ConfirmedAsync();
        foreach (var person in rows.GroupBy(r => r.SessionId)) Assert.Equal([0, 1, 2, 3, 4], person.OrderBy(r => r.Seq).Select(r => r.Text.ToString()[^1] - '0'));
        await TestWait.UntilAsync(() => place.Telegram.Messages.Select(m => m.Text).Distinct().Count() == 200);

        // those cuts may all have come between two polls; now a poll is all that can be open
        await TestWait.UntilAsync(() => place.Telegram.DropConnections() > 0);
        await TestWait.UntilAsync(async () => (await place.GapsAsync()) is { Count: > 0 } gaps && gaps.TrueForAll(g => g is { EndedAt: not null, Missed: 0 }));
    }

    [Fact]
    public async Task Restart_ByHand_NeverPollsTwiceAtOnce()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        for (var i = 1; i <= 5; i++)
        {
            place.Road.Get<IEnumerable<IChannelRestart>>().Single(r => r.Kind == "telegram").Restart(place.Channel.Id);
            await ada.SaysAsync($"{i}");
        }

        await place.Telegram.WaitForMessagesAsync(5);
        Assert.Equal(5, place.Telegram.Messages.Count);
        Assert.DoesNotContain(place.Telegram.Calls("getUpdates"), c => c.ErrorCode == 409);
    }

    /// <summary>Moves the clock while the gateway works, second by second, until it holds.</summary>
    private static Task AdvanceUntilAsync(TestClock clock, Func<bool> holds) => TestWait.UntilAsync(() =>
    {
        if (holds()) return true;
        clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    private static async Task SetWebhookAsync(TelegramPlace place)
    {
        using var other = new HttpClient();
        using var body = new StringContent("""{"url":"https://other.example/hook"}""", Encoding.UTF8, "application/json");
        (await other.PostAsync(new Uri($"{place.Telegram.BaseUrl}/bot{place.Telegram.Token}/setWebhook"), body)).EnsureSuccessStatusCode().Dispose();
    }
}
