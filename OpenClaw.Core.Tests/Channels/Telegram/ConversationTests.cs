using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram.World;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>From a person's message to the bot's answer, over polls.</summary>
public sealed class ConversationTests
{
    [Fact]
    public async Task Message_Private_IsAnsweredInItsChat()
    {
        await using var place = await TelegramPlace.StartAsync();
        SessionAddress? address = null;
        place.Answers(request => new AgentReply((address = request.Address) is null ? default : request.Text));
        var ada = place.Telegram.AddUser("Ada", "ada", "de");
        await ada.SaysAsync("hello");
        var answer = await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
        Assert.Equal(ada.Private.Chat.Id, answer.Chat.Id);
        Assert.Null(answer.ReplyTo);
        Assert.Equal((ada.Id.ToString(CultureInfo.InvariantCulture), "Ada", null), (address!.UserId, address.UserName, address.Thread));
        Assert.Equal(answer.Id.ToString(CultureInfo.InvariantCulture), Assert.Single(await place.RepliesAsync(1)).Receipt);
        await place.ConfirmedAsync();
    }

    [Fact]
    public async Task Message_InAGroup_IsTakenWhenTheBotIsNamedAnsweredOrCommanded()
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Telegram.Bot.PrivacyMode = false;
        var ada = place.Telegram.AddUser("Ada");
        var group = place.Telegram.AddSupergroup("Room", ada);
        var name = place.Telegram.Bot.User.Username;
        await ada.In(group).SaysAsync("nobody in particular");
        await ada.In(group).SaysAsync("/start@some_other_bot");
        await ada.In(group).SaysAsync($"hi @{name}!");
        var answer = await place.Telegram.WaitForMessageAsync(m => m.Text == $"hi @{name}!");
        Assert.NotNull(answer.ReplyTo);
        await ada.In(group).SaysAsync("and you?", answer);
        await ada.In(group).SaysAsync($"/help@{name} me");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "and you?");
        await place.Telegram.WaitForMessageAsync(m => m.Words?.Contains("/help", StringComparison.Ordinal) == true || m.Words?.Contains("/new", StringComparison.Ordinal) == true);
        Assert.Equal([$"hi @{name}!", "and you?", "/help me"], (await place.QuestionsAsync(3)).Select(q => q.Text.ToString()));
    }

    [Fact]
    public async Task Message_InATopic_IsAnsweredThereAndInGeneralWithoutATopic()
    {
        await using var place = await TelegramPlace.StartAsync("""{"activation":"always"}""");
        place.Telegram.Bot.PrivacyMode = false;
        var ada = place.Telegram.AddUser("Ada");
        var forum = place.Telegram.AddForum("Forum", ada);
        var topic = forum.AddTopic("Tea", ada);
        await ada.In(forum, topic).SaysAsync("in the topic");
        await ada.In(forum).SaysAsync("in general");
        var inTopic = await place.Telegram.WaitForMessageAsync(m => m.Text == "in the topic");
        var inGeneral = await place.Telegram.WaitForMessageAsync(m => m.Text == "in general");
        Assert.Equal(topic.Id, inTopic.ThreadId);
        Assert.False(inGeneral.IsTopicMessage);
        Assert.Null(place.Telegram.Calls("sendMessage").Single(c => c["text"] == "in general")["message_thread_id"]);
        Assert.Equal(2, (await place.QuestionsAsync(2)).Select(q => q.SessionId).Distinct().Count());
    }

    [Fact]
    public async Task Message_GoesToTheGeneralTopicByItsNumber_NumberIsLeftOut()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        var forum = place.Telegram.AddForum("Forum", ada);
        var sent = await SendAsync(place, forum.Id.ToString(CultureInfo.InvariantCulture), "1", "hello");
        Assert.Null(sent.Failure);
        Assert.Null(Assert.Single(place.Telegram.Calls("sendMessage"))["message_thread_id"]);
    }

    [Fact]
    public async Task Start_WithPayload_ReachesTheAgentAsItIs()
    {
        await using var place = await TelegramPlace.StartAsync();
        await place.Telegram.AddUser("Ada").StartsAsync("order-7");
        Assert.Equal("/start order-7", (await place.QuestionAsync()).Text.ToString());
    }

    [Fact]
    public async Task Button_Pressed_ComesBackAsItsValueAndIsAnsweredAtOnce()
    {
        await using var place = await TelegramPlace.StartAsync();
        var value = new string('v', 300);
        place.Answers(request => request.Extras?.Button is { } button
            ? new AgentReply(Utf8Text.From("pressed " + button.Length))
            : new AgentReply(Utf8Text.From("choose"), new(Buttons: [new("Yes", "y"), new("Long", value)])));
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("hello");
        var offer = await place.Telegram.WaitForMessageAsync(m => m.Buttons.Count == 2);
        Assert.Equal("y", offer.Buttons[0].Data);
        var first = await ada.PressAsync(offer, "Yes");
        Assert.Null((await first.AnsweredAsync()).Text);
        await place.Telegram.WaitForMessageAsync(m => m.Text == "pressed 1");
        await ada.PressAsync(offer, "Long");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "pressed 300");
    }

    [Fact]
    public async Task Button_OfAnOldKeyboardOrAForgedOne_IsTakenOrSaidToBeUseless()
    {
        await using var place = await TelegramPlace.StartAsync();
        place.Answers(request => new AgentReply(Utf8Text.From(request.Extras?.Button is { } button ? "got " + button : "choose"), request.Extras?.Button is null ? new(Buttons: [new("Yes", "y")]) : null));
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("hello");
        var offer = await place.Telegram.WaitForMessageAsync(m => m.Buttons.Count == 1);
        await ada.PressDataAsync(offer, "from-last-year");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "got from-last-year");
        var gone = await ada.PressDataAsync(offer, "~oc:AAAAAAAAAAAAAAAAAAAAAA0");
        Assert.NotNull((await gone.AnsweredAsync()).Text);
        place.Telegram.World.Delete(offer);
        await ada.PressAsync(offer, "Yes");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "got y");
        Assert.Equal(3, (await place.QuestionsAsync(3)).Count);
    }

    [Fact]
    public async Task Group_BecomesASupergroup_SessionGoesOn()
    {
        await using var place = await TelegramPlace.StartAsync("""{"activation":"always"}""");
        place.Telegram.Bot.PrivacyMode = false;
        var ada = place.Telegram.AddUser("Ada");
        var group = place.Telegram.AddGroup("Room", ada);
        await ada.In(group).SaysAsync("before");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "before");
        var now = await group.UpgradeAsync(ada);
        await ada.In(group).SaysAsync("after");
        var answer = await place.Telegram.WaitForMessageAsync(m => m.Text == "after");
        Assert.Equal(now.Id, answer.Chat.Id);
        Assert.Single((await place.QuestionsAsync(2)).Select(q => q.SessionId).Distinct());
    }

    [Fact]
    public async Task Group_BecameASupergroupUnnoticed_ReplyFollowsIt()
    {
        await using var place = await TelegramPlace.StartAsync("""{"activation":"always"}""");
        place.Telegram.Bot.PrivacyMode = false;
        var ada = place.Telegram.AddUser("Ada");
        var group = place.Telegram.AddGroup("Room", ada);
        var old = group.Id.ToString(CultureInfo.InvariantCulture);
        var now = await group.UpgradeAsync(ada);
        place.Telegram.Bot.Updates.Forget();
        Assert.Null((await SendAsync(place, old, null, "to the old id")).Failure);
        Assert.Equal(now.Id, (await place.Telegram.WaitForMessageAsync(m => m.Text == "to the old id")).Chat.Id);
        Assert.Equal(now.Id.ToString(CultureInfo.InvariantCulture), await place.Road.Get<IConversationAliases>().CurrentAsync(place.Channel, old, default));
        Assert.Null((await SendAsync(place, old, null, "again")).Failure);
        Assert.Single(place.Telegram.Calls("sendMessage"), c => !c.Succeeded);
    }

    [Fact]
    public async Task Bot_RemovedOrBlocked_IsADeadLetterForThatChatAndNothingElse()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        var bob = place.Telegram.AddUser("Bob");
        var group = place.Telegram.AddGroup("Room", ada);
        await ada.SaysAsync("hello");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
        await ada.BlocksAsync();
        group.SetBot(Membership.Kicked, ada);
        var refused = await SendAsync(place, ada.Private.Chat.Id.ToString(CultureInfo.InvariantCulture), null, "are you there?");
        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.ChannelRejected), (refused.Failure!.Kind, refused.Failure.Cause));
        Assert.Equal(FailureKind.Permanent, (await SendAsync(place, group.Id.ToString(CultureInfo.InvariantCulture), null, "and you?")).Failure!.Kind);
        await bob.SaysAsync("still here");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "still here");
        Assert.Equal(ChannelLinkState.Connected, place.Link!.State);
    }

    [Fact]
    public async Task Edit_IsNotAnswered()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        var said = await ada.SaysAsync("helo");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "helo");
        await ada.EditsAsync(said, "hello");
        await ada.SaysAsync("next");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "next");
        Assert.Equal(["helo", "next"], (await place.QuestionsAsync(2)).Select(q => q.Text.ToString()));
    }

    [Fact]
    public async Task OtherBot_IsFlaggedForTheLoopGuard()
    {
        await using var place = await TelegramPlace.StartAsync("""{"activation":"always"}""");
        place.Telegram.Bot.PrivacyMode = false;
        place.Telegram.Bot.Updates.AddRaw(Raw(-100, 77, "beep", isBot: true));
        Assert.Contains("\"isBot\":true", (await place.QuestionAsync()).Extras, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_Pairing_TellsTheCodeAndKeepsNothing()
    {
        await using var place = await TelegramPlace.StartAsync("""{"access":"pairing"}""");
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("hello");
        Assert.Contains("code", (await place.Telegram.WaitForMessageAsync(m => m.Chat.Id == ada.Private.Chat.Id)).Text, StringComparison.Ordinal);
        await place.ConfirmedAsync();
        Assert.Empty(await place.Road.RowsAsync());
    }

    [Fact]
    public async Task Access_AllowList_IsSilentToOthers()
    {
        await using var place = await TelegramPlace.StartAsync("""{"access":"allow-list","allowed":["7"]}""");
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("hello");
        await place.ConfirmedAsync();
        Assert.Empty(await place.Road.RowsAsync());
        Assert.Empty(place.Telegram.Messages);
    }

    [Fact]
    public async Task Person_WhoWritesTooFast_IsToldSoAFewTimesAtMost()
    {
        await using var place = await TelegramPlace.StartAsync(with: c => c with { RateLimitPerUserPerMinute = 1 });
        var ada = place.Telegram.AddUser("Ada");
        for (var i = 0; i < 30; i++) await ada.SaysAsync($"{i}");
        await place.ConfirmedAsync();
        Assert.Single(await place.QuestionsAsync(1));
        await place.Telegram.WaitForMessageAsync(m => m.Text!.StartsWith("Too many messages", StringComparison.Ordinal));
        Assert.InRange(place.Telegram.Messages.Count(m => m.Text!.StartsWith("Too many messages", StringComparison.Ordinal)), 1, 5);
    }

    [Fact]
    public async Task TokenRevoked_WhileRunning_IsFatalAndRepliesWait()
    {
        await using var place = await TelegramPlace.StartAsync();
        var ada = place.Telegram.AddUser("Ada");
        var held = new TaskCompletionSource();
        place.Road.Agents.Answer = async (request, _, _) =>
        {
            await held.Task;
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        await ada.SaysAsync("hello");
        await place.QuestionAsync();
        place.Telegram.Bot.IsRevoked = true;
        held.SetResult();
        var link = await place.LinkAsync(l => l.State == ChannelLinkState.Failed);
        Assert.Equal("token_refused", link.Cause);
        Assert.Contains("@BotFather", link.Fix, StringComparison.Ordinal);
        Assert.True(link.NextTryAt - TimeProvider.System.GetUtcNow() > TimeSpan.FromHours(1));
        Assert.DoesNotContain(place.Telegram.Token, link.Detail, StringComparison.Ordinal);
        place.Telegram.Bot.IsRevoked = false;
        Assert.Equal(1, place.Road.Get<IEnumerable<IChannelRestart>>().Single(r => r.Kind == "telegram").Restart(place.Channel.Id));
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
    }

    internal static async Task<SendOutcome> SendAsync(TelegramPlace place, string conversation, string? thread, string text, MessageExtras? extras = null, string? preview = null, string? inReplyTo = null)
    {
        var sender = place.Road.Get<OpenClaw.Gateway.Core.Channels.Telegram.TelegramSender>();
        var reply = new OutgoingReply
        {
            Id = Guid.CreateVersion7(), SessionId = Guid.CreateVersion7(), Seq = 2, From = MessageFrom.Agent, Text = Utf8Text.From(text), Extras = extras, At = default, Address = new(conversation, thread, "u", null),
            InReplyTo = inReplyTo is null ? null : new(Guid.CreateVersion7(), 1, inReplyTo),
        };
        SendOutcome? last = null;
        foreach (var part in sender.Split(place.Channel, reply))
        {
            last = await sender.SendAsync(place.Channel, part.Index == 0 && preview is not null ? part with { Preview = preview } : part, CancellationToken.None);
            if (last.Failure is not null) return last;
        }

        return last!;
    }

    internal static JsonObject Raw(long chat, long user, string text, bool isBot = false) => new()
    {
        ["message"] = new JsonObject
        {
            ["message_id"] = 900, ["date"] = 1,
            ["chat"] = new JsonObject { ["id"] = chat, ["type"] = chat < 0 ? "supergroup" : "private" },
            ["from"] = new JsonObject { ["id"] = user, ["is_bot"] = isBot, ["first_name"] = "Robo" },
            ["text"] = text,
        },
    };
}
