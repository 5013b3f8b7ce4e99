using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Telegram;

namespace OpenClaw.Core.Tests.Channels.Telegram;

public sealed class BudgetTests
{
    private readonly TestClock _clock = new();
    private readonly TelegramBudget _budget;
    private readonly Guid _channel = Guid.NewGuid();

    public BudgetTests() => _budget = new(_clock);

    [Fact]
    public void Take_OneChat_IsOneASecondWithAShortBurst()
    {
        for (var i = 0; i < 3; i++) Assert.Null(_budget.Take(_channel, 5));
        Assert.InRange(_budget.Take(_channel, 5)!.Value, TimeSpan.FromMilliseconds(900), TimeSpan.FromMilliseconds(1_100));
        Assert.Null(_budget.Take(_channel, 6)); // another chat
        _clock.Advance(TimeSpan.FromSeconds(1.01));
        Assert.Null(_budget.Take(_channel, 5));
        Assert.NotNull(_budget.Take(_channel, 5));
    }

    [Fact]
    public void Take_AGroup_IsTwentyAMinute()
    {
        var sent = 0;
        for (var second = 0; second < 60; second++)
        {
            while (_budget.Take(_channel, -100) is null) sent++;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(sent, 20, 40);
        var more = 0;
        for (var second = 0; second < 60; second++)
        {
            while (_budget.Take(_channel, -100) is null) more++;
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(more, 19, 21);
    }

    [Fact]
    public void Take_AllChats_AreThirtyASecond()
    {
        for (var chat = 1; chat <= 30; chat++) Assert.Null(_budget.Take(_channel, chat));
        Assert.NotNull(_budget.Take(_channel, 31));
        Assert.Null(_budget.Take(Guid.NewGuid(), 31)); // another bot
    }

    [Fact]
    public void Pause_HoldsItsChatOnlyAndIsShown()
    {
        _budget.Pause(_channel, 5, TimeSpan.FromSeconds(40));
        Assert.Equal(TimeSpan.FromSeconds(40), _budget.Take(_channel, 5));
        Assert.Null(_budget.Take(_channel, 6));
        Assert.Contains(_budget.Look(_channel), v => v.PausedUntil == _clock.GetUtcNow() + TimeSpan.FromSeconds(40));
        _clock.Advance(TimeSpan.FromSeconds(41));
        Assert.Null(_budget.Take(_channel, 5));
        Assert.DoesNotContain(_budget.Look(_channel), v => v.PausedUntil is not null);
    }

    [Fact]
    public void Take_WithSpare_LeavesTheLastForTheFinal()
    {
        Assert.Null(_budget.Take(_channel, 5, spare: 1));
        Assert.Null(_budget.Take(_channel, 5, spare: 1));
        Assert.NotNull(_budget.Take(_channel, 5, spare: 1));
        Assert.Null(_budget.Take(_channel, 5));
    }

    [Fact]
    public void Look_ShowsWhatIsLeftAndWhenAllIsThereAgain()
    {
        _budget.Take(_channel, -100);
        var views = _budget.Look(_channel);
        Assert.Equal([(30, 29), (3, 2), (20, 19)], views.Select(v => (v.Limit, v.Left)));
        Assert.All(views, v => Assert.True(v.FullAt > _clock.GetUtcNow()));
    }

    [Fact]
    public void Chats_Many_TakeNoMemoryWhenTheyAreQuiet()
    {
        for (var chat = 1; chat <= 10_000; chat++)
        {
            _budget.Take(_channel, chat);
            _clock.Jump(TimeSpan.FromMilliseconds(50));
        }

        Assert.InRange(_budget.ChatsOf(_channel), 1, 2_100);
    }
}
