using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Access;

/// <summary>Who may write, and what of a group is for the gateway.</summary>
public sealed class AccessTests
{
    private readonly ScriptedPlatform _platform = new();
    private readonly TestClock _clock = new();

    [Fact]
    public async Task AllowList_OthersAreNotAnsweredAndNotTold()
    {
        await using var road = await StartAsync(new { access = "allow-list", allowed = new[] { "ada" } });
        Assert.Equal(PlatformVerdict.Accepted, (await SayAsync("1", "hello", "ada")).Verdict);
        Assert.Equal(new(PlatformVerdict.NotAllowed), await SayAsync("2", "hello", "eve"));
        Assert.Equal(["hello"], await road.TextsAsync());
    }

    [Fact]
    public async Task Pairing_UnknownPerson_GetsACodeOnceAMinuteUntilLetIn()
    {
        await using var road = await StartAsync(new { access = "pairing", allowed = new[] { "root" } });
        Assert.Equal(PlatformVerdict.Accepted, (await SayAsync("0", "hi", "root")).Verdict);
        var first = await SayAsync("1", "hello", "ada");
        var row = Assert.Single(await road.PairingsAsync());
        Assert.Equal((PairingState.Waiting, "ada", 8), (row.State, row.UserId, row.Code.Length));
        Assert.Contains(row.Code, first.Tell, StringComparison.Ordinal);
        Assert.Null((await SayAsync("2", "hello?", "ada")).Tell);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(row.Code, (await SayAsync("3", "hello??", "ada")).Tell, StringComparison.Ordinal);
        await DecideAsync(road, row, PairingState.Approved);
        Assert.Equal(PlatformVerdict.Accepted, (await SayAsync("4", "hello again", "ada")).Verdict);
        await DecideAsync(road, row, PairingState.Denied);
        Assert.Equal(new(PlatformVerdict.NotAllowed), await SayAsync("5", "and now?", "ada"));
        Assert.Equal(["hi", "hello again"], await road.TextsAsync());
    }

    [Fact]
    public async Task Pairing_CodeStaysTheSameOverARestart()
    {
        await using var road = await StartAsync(new { access = "pairing" });
        var first = (await SayAsync("1", "hello", "ada")).Tell;
        await road.RestartAsync();
        Assert.Equal(first, (await SayAsync("2", "hello", "ada")).Tell);
        Assert.Single(await road.PairingsAsync());
    }

    [Fact]
    public async Task Pairing_AThousandStrangers_FillNoTable()
    {
        await using var road = await StartAsync(new { access = "pairing" });
        for (var i = 0; i < 250; i++) await SayAsync($"{i}", "hello", $"stranger{i}");
        Assert.Equal(200, (await road.PairingsAsync()).Count);
    }

    [Theory]
    [InlineData("always", false, false, false, PlatformVerdict.Accepted)]
    [InlineData("mention", false, false, false, PlatformVerdict.Ignored)]
    [InlineData("mention", true, false, false, PlatformVerdict.Accepted)]
    [InlineData("mention", false, true, false, PlatformVerdict.Accepted)]
    [InlineData("command", true, false, false, PlatformVerdict.Ignored)]
    [InlineData("command", false, true, false, PlatformVerdict.Accepted)]
    [InlineData("command", false, false, true, PlatformVerdict.Accepted)]
    public async Task Group_IsAnsweredAsTheActivationSays(string activation, bool isAddressed, bool isCommand, bool isButton, PlatformVerdict verdict)
    {
        await using var road = await StartAsync(new { activation });
        var message = ScriptedPlatform.Message("1", "hello", isGroup: true, isAddressed: isAddressed, isCommand: isCommand);
        Assert.Equal(verdict, (await SayAsync(isButton ? message with { Extras = new(Button: "yes") } : message)).Verdict);
        Assert.Equal(PlatformVerdict.Accepted, (await SayAsync(ScriptedPlatform.Message("2", "in private"))).Verdict);
    }

    [Fact]
    public async Task Message_OfAGroup_IsKnownAsSuchToTheRules()
    {
        await using var road = await StartAsync(new { activation = "always" });
        var tenant = road.Catalog.Tenant.Id;
        road.Catalog.Rules[tenant] = new(1, [new() { Id = Guid.NewGuid(), Name = "Groups", Enabled = true, Match = new() { ConversationKinds = ["group"] }, Target = new() { Drop = true } }]);
        await SayAsync(ScriptedPlatform.Message("1", "in a group", isGroup: true));
        await SayAsync(ScriptedPlatform.Message("2", "in private", conversation: "c2"));
        await TestWait.UntilAsync(async () => (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).All(r => r.State is MessageState.Answered or MessageState.Dropped));
        Assert.Equal([MessageState.Dropped, MessageState.Answered], (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.State));
    }

    [Fact]
    public async Task Duplicate_SameIdInTheChannel_IsKnownWhateverTheConversation()
    {
        await using var road = await StartAsync(new { });
        Assert.Equal(PlatformVerdict.Accepted, (await SayAsync("1", "hello")).Verdict);
        Assert.Equal(PlatformVerdict.Duplicate, (await SayAsync("1", "hello")).Verdict);
        await road.RestartAsync();
        Assert.Equal(PlatformVerdict.Duplicate, (await SayAsync(ScriptedPlatform.Message("1", "hello", conversation: "other"))).Verdict);
        Assert.Equal(["hello"], await road.TextsAsync());
    }

    /// <summary>What is refused for the moment must not be told as taken: the platform keeps it.</summary>
    [Fact]
    public async Task Channel_IsDrained_MessagesAreToBeOfferedAgain()
    {
        await using var road = await StartAsync(new { });
        var channel = road.Catalog.Channels.Single();
        road.Catalog.Put(channel with { Control = new(SubjectFlow.Draining) });
        var outcome = await SayAsync("1", "hello");
        Assert.Equal((PlatformVerdict.TryLater, false), (outcome.Verdict, outcome.IsSettled));
        Assert.NotNull(outcome.RetryAfter);
        road.Catalog.Put(channel);
        Assert.Equal(PlatformVerdict.Accepted, (await SayAsync("1", "hello")).Verdict);
    }

    [Fact]
    public async Task TooMany_ThePersonIsTold()
    {
        await using var road = await StartAsync(new { }, c => c with { RateLimitPerUserPerMinute = 1 });
        await SayAsync("1", "hello");
        var second = await SayAsync("2", "hello");
        Assert.Equal(PlatformVerdict.Refused, second.Verdict);
        Assert.Contains("60 s", second.Tell, StringComparison.Ordinal);
    }

    private async Task<PlatformRoad> StartAsync(object settings, Func<ChannelModel, ChannelModel>? with = null)
    {
        var road = await PlatformRoad.StartAsync(s => ScriptedPlatform.Add(s, _platform), _clock);
        await road.ConnectedAsync(road.AddChannel(ScriptedPlatform.Name, settings, with: with));
        return road;
    }

    private Task<PlatformOutcome> SayAsync(string id, string text, string user = "ada") => SayAsync(ScriptedPlatform.Message(id, text, user));

    private async Task<PlatformOutcome> SayAsync(PlatformMessage message)
    {
        var before = _platform.Outcomes.Count;
        _platform.Put(message);
        await TestWait.UntilAsync(() => _platform.Outcomes.Count > before);
        return _platform.Outcomes.Last().Outcome;
    }

    private static async Task DecideAsync(PlatformRoad road, Pairing row, PairingState state)
    {
        await using var db = road.Road.Db();
        db.Pairings.Single(p => p.Id == row.Id).State = state;
        await db.SaveChangesAsync();
        road.Road.Get<IChannelAccess>().Forget(row.ChannelId);
    }
}
