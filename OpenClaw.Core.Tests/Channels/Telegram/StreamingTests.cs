using System.Globalization;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Telegram;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Telegram;

/// <summary>Answers that grow by edits.</summary>
public sealed class StreamingTests
{
    [Fact]
    public async Task Answer_ThatGrows_IsOneMessageEditedInPlace()
    {
        await using var place = await TelegramPlace.StartAsync();
        var shown = new TaskCompletionSource();
        place.Road.Agents.Answer = async (request, sink, token) =>
        {
            sink.Delta(0, Utf8Text.From("Once upon "));
            await shown.Task.WaitAsync(token);
            sink.Delta(0, Utf8Text.From("a time"));
            return AgentOutcome.Answer([new AgentReply(Utf8Text.From("Once upon a time."))]);
        };
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("tell");
        var message = await place.Telegram.WaitForMessageAsync(m => m.Text == "Once upon");
        await place.Telegram.WaitForCallAsync("sendChatAction");
        shown.SetResult();
        await place.Telegram.WaitForMessageAsync(m => m.Text == "Once upon a time.");
        Assert.Equal(message.Id.ToString(CultureInfo.InvariantCulture), Assert.Single(await place.RepliesAsync(1)).Receipt);
        Assert.Single(place.Telegram.Messages);
        Assert.Single(place.Telegram.Calls("sendMessage"));
        Assert.Empty(place.Telegram.Calls("deleteMessage"));
    }

    [Fact]
    public async Task Streaming_SwitchedOff_ShowsTheFinalOnly()
    {
        await using var place = await TelegramPlace.StartAsync("""{"streaming":false}""");
        place.Road.Agents.Answer = (request, sink, _) =>
        {
            sink.Delta(0, Utf8Text.From("Once"));
            return new(AgentOutcome.Answer([new AgentReply(Utf8Text.From("Once upon a time."))]));
        };
        await place.Telegram.AddUser("Ada").SaysAsync("tell");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "Once upon a time.");
        Assert.Empty(place.Telegram.Calls("editMessageText"));
    }

    [Fact]
    public async Task Show_ByItsRules()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(time: clock);
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("hello");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
        var sender = place.Road.Get<TelegramSender>();
        var address = new SessionAddress(ada.Private.Chat.Id.ToString(CultureInfo.InvariantCulture), null, "u", null);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), (sender.Pace(place.Channel, address), sender.Pace(place.Channel, address with { Conversation = "-100" })));
        Assert.InRange(sender.TypingEvery, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        var first = await ShowAsync("one");
        // identical text is a success
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(first.Receipt, (await ShowAsync("one", first.Receipt)).Receipt);
        // a short flood is a pause, a long one the end of edits
        place.Telegram.Faults.Next("editMessageText", Fault.TooManyRequests(4));
        Assert.Equal(TimeSpan.FromSeconds(4), (await ShowAsync("two", first.Receipt)).Pause);
        Assert.NotNull((await ShowAsync("two", first.Receipt)).Pause); // the pause holds here too, without a call
        Assert.Equal(2, place.Telegram.Calls("editMessageText").Count);
        clock.Advance(TimeSpan.FromSeconds(5));
        place.Telegram.Faults.Next("editMessageText", Fault.TooManyRequests(11));
        Assert.True((await ShowAsync("two", first.Receipt)).IsOver);

        async Task<PreviewOutcome> ShowAsync(string text, string? receipt = null) =>
            await sender.ShowAsync(place.Channel, new(Guid.CreateVersion7(), address, null, Utf8Text.From(text), receipt), default);
    }

    [Fact]
    public async Task Show_MessageDeletedOrFormattingRefused_IsShownAllTheSame()
    {
        var clock = new TestClock();
        await using var place = await TelegramPlace.StartAsync(time: clock);
        var ada = place.Telegram.AddUser("Ada");
        await ada.SaysAsync("hello");
        await place.Telegram.WaitForMessageAsync(m => m.Text == "hello");
        var sender = place.Road.Get<TelegramSender>();
        var address = new SessionAddress(ada.Private.Chat.Id.ToString(CultureInfo.InvariantCulture), null, "u", null);
        var first = await ShowAsync("one", null);
        place.Telegram.World.Delete(place.Telegram.Messages.Single(m => m.Text == "one"));
        var second = await ShowAsync("two", first.Receipt);
        Assert.NotEqual(first.Receipt, second.Receipt);
        place.Telegram.Faults.Next("editMessageText", Fault.Error(400, "Bad Request: can't parse entities"));
        Assert.Equal(second.Receipt, (await ShowAsync("**three**", second.Receipt)).Receipt);
        Assert.Empty(place.Telegram.Messages.Single(m => m.Text == "three").Entities ?? []);
        Assert.True(await sender.RemoveAsync(place.Channel, address, second.Receipt!, default));
        Assert.True(await sender.RemoveAsync(place.Channel, address, second.Receipt!, default)); // gone already
        place.Telegram.Faults.Next("deleteMessage", Fault.Error(500));
        Assert.False(await sender.RemoveAsync(place.Channel, address, second.Receipt!, default));

        async Task<PreviewOutcome> ShowAsync(string text, string? receipt)
        {
            PreviewOutcome outcome;
            while ((outcome = await sender.ShowAsync(place.Channel, new(Guid.CreateVersion7(), address, null, Utf8Text.From(text), receipt), default)).Pause is { } pause)
                clock.Advance(pause);
            return outcome;
        }
    }
}
