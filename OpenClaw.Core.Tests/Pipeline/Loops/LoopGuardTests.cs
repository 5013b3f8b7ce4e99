using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Ingest;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline.Loops;

namespace OpenClaw.Core.Tests.Pipeline.Loops;

/// <summary>When the gateway stops answering machines.</summary>
public sealed class LoopGuardTests
{
    private readonly TestClock _clock = new();
    private readonly LoopGuard _guard;
    private readonly Guid _root = Guid.NewGuid();
    private long _position;

    public LoopGuardTests() => _guard = new(_clock);

    [Fact]
    public void Look_WebChatByDefault_CountsNothing()
    {
        var channel = Channel("{}", "websocket");
        for (var i = 0; i < 1000; i++) Assert.Null(Talk(channel, "same"));
        Assert.Equal(0, _guard.Count);
    }

    [Fact]
    public void Look_RateLimitSwitchedOff_CountsNothing()
    {
        var policy = LoopPolicy.Of(JsonElement.Parse("{}"), "http", 0);
        Assert.Equal((true, false, 5), (policy.Enabled, policy.Counts, policy.Hops));
    }

    [Fact]
    public void Look_MoreAnswersAMinute_TripsAndRestsForAMinute()
    {
        var channel = Channel("""{"loopGuard":{"repliesPerMinute":30}}""");
        for (var i = 0; i < 30; i++) Assert.Null(Talk(channel, $"{i}"));
        var why = Talk(channel, "30");
        Assert.Contains("loopGuard.repliesPerMinute", why, StringComparison.Ordinal);
        Assert.Contains("release the message", why, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Contains("rests after a loop until 10:01:00 UTC", Talk(channel, "31"), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 30; i++) Assert.Null(Talk(channel, $"{i}"));
        Assert.NotNull(Talk(channel, "again"));
    }

    [Fact]
    public void Look_AtThePaceAllowed_NeverTrips()
    {
        var channel = Channel("""{"loopGuard":{"repliesPerMinute":30}}""");
        for (var i = 0; i < 500; i++)
        {
            Assert.Null(Talk(channel, $"{i}"));
            _clock.Advance(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public void Look_DefaultBudget_APersonsOwnBurstPasses()
    {
        var channel = Channel("{}");
        for (var i = 0; i < 90; i++) Assert.Null(Talk(channel, $"{i}"));
        Assert.NotNull(Talk(channel, "90"));
    }

    [Fact]
    public void Look_IdenticalAnswersInARow_Trips()
    {
        var channel = Channel("{}");
        for (var i = 0; i < 5; i++) Assert.Null(Talk(channel, $"q{i}", "I am away."));
        Assert.Contains("loopGuard.identicalAnswers", Talk(channel, "q5", "I am away."), StringComparison.Ordinal);
    }

    [Fact]
    public void Look_AnotherAnswerBetween_CountsAnew()
    {
        var channel = Channel("{}");
        for (var i = 0; i < 40; i++) Assert.Null(Talk(channel, $"q{i}", i % 5 == 4 ? "other" : "same"));
    }

    [Fact]
    public void Look_Hops_TripsAtTheLimit()
    {
        var channel = Channel("""{"loopGuard":{"hops":3}}""", "websocket");
        Assert.Null(Talk(channel, "a", sender: new(Hops: 2)));
        Assert.Contains("loopGuard.hops is 3", Talk(channel, "b", sender: new(Hops: 3)), StringComparison.Ordinal);
        Assert.NotNull(Talk(channel, "c", sender: new(Hops: 1)));
    }

    [Fact]
    public void Look_OwnAndBots_AreNotAnsweredButPeopleBesideThemAre()
    {
        var channel = Channel("{}");
        Assert.Contains("own", Talk(channel, "a", sender: new(IsOwn: true)), StringComparison.Ordinal);
        Assert.Contains("bot", Talk(channel, "b", sender: new(IsBot: true)), StringComparison.Ordinal);
        Assert.Null(Talk(channel, "c"));
        Assert.Null(Talk(Channel("""{"loopGuard":{"bots":true}}"""), "d", sender: new(IsBot: true)));
        Assert.Null(Talk(Channel("""{"loopGuard":{"enabled":false}}"""), "e", sender: new(IsOwn: true, Hops: 99)));
    }

    [Fact]
    public void Look_TwoChannelsAnswerEachOther_Trips()
    {
        var (one, two, other) = (Channel("{}"), Channel("{}"), Guid.NewGuid());
        string? why = null;
        var rounds = 0;
        for (; why is null && rounds < 50; rounds++)
            why = rounds % 2 == 0 ? Talk(one, "To and fro") : Talk(two, "To and fro", root: other);
        Assert.Contains("between this channel and another 5 times", why, StringComparison.Ordinal);
        Assert.Equal(6, rounds);
    }

    [Fact]
    public void Look_TheSameTextOfPeopleInTwoChannels_IsNoLoop()
    {
        var (one, two) = (Channel("{}"), Channel("{}"));
        for (var i = 0; i < 50; i++)
        {
            Assert.Null(Talk(one, "hello", $"answer {i} of one", root: Guid.NewGuid()));
            Assert.Null(Talk(two, "hello", $"answer {i} of two", root: Guid.NewGuid()));
        }
    }

    [Fact]
    public void Look_Released_PassesAndDoesNotTripAnew()
    {
        var channel = Channel("""{"loopGuard":{"repliesPerMinute":1}}""");
        Assert.Null(Talk(channel, "a"));
        Assert.NotNull(Talk(channel, "b"));
        for (var i = 0; i < 5; i++) Assert.Null(Talk(channel, "b", replay: new() { LetterId = Guid.NewGuid(), Count = 1 }));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Talk(channel, "c"));
    }

    [Fact]
    public void Look_ThousandsOfIdleSessions_AreForgotten()
    {
        var channel = Channel("{}");
        for (var i = 0; i < 2000; i++) Talk(channel, $"{i}", root: Guid.NewGuid());
        Assert.Equal(2000, _guard.Count);
        _clock.Advance(TimeSpan.FromMinutes(11));
        Talk(channel, "last");
        Assert.Equal(1, _guard.Count);
    }

    [Fact]
    public void Carry_HopsOfTheQuestion_GoWithTheReply()
    {
        Assert.Null(LoopGuard.Carry(null, Message("a", null, null)));
        Assert.Equal(2, LoopGuard.Carry(null, Message("a", new(Hops: 2), null))!.Sender!.Hops);
        Assert.Equal("{\"sender\":{\"hops\":2,\"isBot\":false,\"isOwn\":false}}", System.Text.Encoding.UTF8.GetString(new MessageExtras(Sender: new(2)).ToJson()));
    }

    /// <summary>A message comes in and, if it may be, is answered.</summary>
    private string? Talk(ChannelModel channel, string text, string? answer = null, MessageSender? sender = null, Guid? root = null, MessageReplay? replay = null)
    {
        var message = Message(text, sender, replay);
        if (_guard.Look(root ?? _root, message, channel) is { } why) return why;
        _guard.Answered(root ?? _root, message, [Message(answer ?? text, null, null)], channel);
        return null;
    }

    private MessageRecord Message(string text, MessageSender? sender, MessageReplay? replay) => new()
    {
        Position = ++_position, Id = Guid.NewGuid(), TenantId = Guid.Empty, ChannelId = Guid.Empty, SessionId = Guid.Empty, From = MessageFrom.User,
        Text = Utf8Text.From(text), Extras = sender is null ? null : new(Sender: sender), Replay = replay,
    };

    private static ChannelModel Channel(string settings, string kind = "http") =>
        AdmissionSamples.Channel("a") with { Kind = kind, LoopGuard = LoopPolicy.Of(JsonElement.Parse(settings), kind, 60) };
}
