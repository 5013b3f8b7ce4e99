using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Core.Tests.Maintenance;

/// <summary>Messages whose outcome the database refused go on; what is in hand is left alone.</summary>
public sealed class RescueJobTests : IAsyncLifetime
{
    private const string Poison = "the database takes anything but this";
    private readonly TestClock _clock = new();
    private readonly List<string> _asked = [];
    private Road _road = null!;
    private ChannelModel _channel = null!;
    private RescueJob _job = null!;
    private string _answer = Poison;
    private Task _hold = Task.CompletedTask;
    private bool _end;

    public async Task InitializeAsync()
    {
        // each refusal is an attempt that nobody knows the end of
        _road = await Road.StartAsync(new() { Retry = new(10, TimeSpan.Zero, TimeSpan.Zero) }, time: _clock);
        _channel = _road.AddChannel();
        await using (var db = _road.Db())
            await db.Database.ExecuteSqlRawAsync(TestDatabases.Default == TestDatabases.PostgreSql
                ? $"ALTER TABLE \"Messages\" ADD CONSTRAINT refusal CHECK (\"Text\" <> '{Poison}')"
                : $"CREATE TRIGGER refusal BEFORE INSERT ON Messages WHEN NEW.\"Text\" = '{Poison}' BEGIN SELECT RAISE(ABORT, 'refused'); END");
        _road.Agents.Answer = async (request, _, stop) =>
        {
            lock (_asked) _asked.Add(request.Text.ToString());
            await _hold.WaitAsync(stop);
            return AgentOutcome.Answer([new(Utf8Text.From(_answer))], end: _end);
        };
        _job = new(_road.Get<ConversationStore>(), _road.Sessions, _road.Get<OpenClaw.Gateway.Core.Pipeline.Pipeline>(), _road.Catalog, _clock);
    }

    public async Task DisposeAsync() => await _road.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OutcomeRefused_AfterFiveMinutes_IsHandledAgain(bool inMemory)
    {
        await SayAsync("hello");
        await RefusedAsync(1);
        _answer = "hello yourself";
        Assert.Equal(0, await RunAsync());
        _clock.Advance(TimeSpan.FromMinutes(6));
        if (!inMemory) Assert.Equal(1, _road.Sessions.Sweep());
        Assert.Equal(1, await RunAsync(dryRun: true));
        Assert.Single(_asked);
        Assert.Equal(1, await RunAsync());
        await AnsweredAsync("hello yourself");
        Assert.Equal(0, await RunAsync());
        Assert.Equal(2, _asked.Count);
        Assert.Equal(0, _road.Sessions.Undispatched);
    }

    [Fact]
    public async Task SeveralOfASession_GoOnInTheirOrder_BesideNewOnes()
    {
        var start = new TaskCompletionSource();
        _hold = start.Task; // while a group fails nothing is accepted
        for (var i = 0; i < 3; i++) await SayAsync($"m{i}");
        start.SetResult();
        await RefusedAsync(3);
        _answer = "fine";
        _clock.Advance(TimeSpan.FromMinutes(6));
        var hold = new TaskCompletionSource();
        _hold = hold.Task;
        await SayAsync("new");
        await TestWait.UntilAsync(() => _asked.Count == 4); // it is before the others in the mailbox
        Assert.Equal(3, await RunAsync());
        hold.SetResult();
        await TestWait.UntilAsync(async () => (await _road.RowsAsync()).Count(r => r.Text == "fine") == 4);
        Assert.Equal(["m0", "m1", "m2", "new", "m0", "m1", "m2"], _asked);
    }

    [Fact]
    public async Task InHand_IsLeftAlone()
    {
        var hold = new TaskCompletionSource();
        (_hold, _answer) = (hold.Task, "late");
        await SayAsync("slow");
        await SayAsync("behind it");
        await TestWait.UntilAsync(() => _asked.Count == 1);
        await _road.Journal.FlushAsync(); // what is acknowledged is in the mailbox a moment later
        _clock.Advance(TimeSpan.FromMinutes(60));
        _road.Sessions.Sweep();
        Assert.Equal(0, await RunAsync());
        hold.SetResult();
        await TestWait.UntilAsync(async () => (await _road.RowsAsync()).Count(r => r.Text == "late") == 2);
        Assert.Equal(["slow", "behind it"], _asked);
    }

    [Fact]
    public async Task Rescued_ButNotYetAnswered_IsNotRescuedTwice()
    {
        await SayAsync("hello");
        await RefusedAsync(1);
        _clock.Advance(TimeSpan.FromMinutes(6));
        var hold = new TaskCompletionSource();
        (_hold, _answer) = (hold.Task, "once");
        Assert.Equal(1, await RunAsync());
        await TestWait.UntilAsync(() => _asked.Count == 2);
        Assert.Equal(0, await RunAsync());
        hold.SetResult();
        await AnsweredAsync("once");
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Suspended_IsNotStuck()
    {
        _answer = "fine";
        _road.Catalog.Change(t => t with { Suspended = true });
        await _road.Inbox.AcceptAsync(Road.Message(_channel with { Tenant = _road.Catalog.Tenant with { Suspended = false } }, "1", "waits"), default);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await RunAsync());
        _road.Catalog.Change(t => t with { Suspended = false });
        await AnsweredAsync("fine");
        Assert.Single(_asked);
    }

    [Fact]
    public async Task TakenOver_IsNotStuck()
    {
        _answer = "fine";
        var first = await SayAsync("first");
        await AnsweredAsync("fine");
        Assert.True((await _road.Get<ISessionControl>().TakeOverAsync(_road.Catalog.Tenant.Id, first.SessionId, Guid.CreateVersion7(), "Ada", default)).IsDone);
        await SayAsync("second");
        await SayAsync("third");
        await _road.Journal.FlushAsync(); // in the mailbox too
        _clock.Advance(TimeSpan.FromHours(2));
        _road.Sessions.Sweep();
        Assert.Equal(0, await RunAsync());
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SessionEnded_TheMessageIsAnsweredThere(bool inMemory)
    {
        var first = await SayAsync("hello");
        await RefusedAsync(1);
        (_answer, _end) = ("that was it", true);
        await SayAsync("bye");
        await AnsweredAsync("that was it");
        _clock.Advance(TimeSpan.FromMinutes(6));
        if (!inMemory)
        {
            _road.Sessions.Sweep();
            Assert.Equal(0, _road.Sessions.EndedInMemory);
        }

        (_answer, _end) = ("late", false);
        Assert.Equal(1, await RunAsync());
        await AnsweredAsync("late");
        Assert.All(await _road.RowsAsync(), r => Assert.Equal(first.SessionId, r.SessionId));
        Assert.Equal(0, await RunAsync());
        Assert.NotEqual(first.SessionId, (await SayAsync("again")).SessionId);
    }

    [Fact]
    public async Task RefusedAgainAndAgain_BecomesADeadLetter()
    {
        var accepted = await SayAsync("hello");
        await RefusedAsync(1);
        _clock.Advance(TimeSpan.FromMinutes(6));
        for (var tries = 1; tries <= 3; tries++)
        {
            Assert.Equal(1, await RunAsync());
            await RefusedAsync(tries + 1);
        }

        var progress = new JobProgress();
        await _job.RunAsync(progress, default);
        Assert.Contains(accepted.MessageId.ToString(), Assert.Single(progress.Faults), StringComparison.Ordinal);
        await _road.Journal.FlushAsync();
        await using var db = _road.Db();
        Assert.Equal((accepted.MessageId, DeadLetterCauses.Internal), await db.DeadLetters.Select(d => new ValueTuple<Guid, string>(d.MessageId, d.Cause)).SingleAsync());
        Assert.Equal(0, await RunAsync());
        Assert.Equal(4, _asked.Count);
    }

    private async Task<AcceptOutcome> SayAsync(string text)
    {
        var accepted = await _road.Inbox.AcceptAsync(Road.Message(_channel, Guid.NewGuid().ToString("N"), text), default);
        Assert.True(accepted.Accepted, accepted.Reason);
        return accepted;
    }

    private async Task<long> RunAsync(bool dryRun = false)
    {
        var progress = new JobProgress(dryRun);
        await _job.RunAsync(progress, default);
        Assert.Empty(progress.Faults);
        return progress.Items;
    }

    /// <summary>The agent was asked so often, and nothing is in a mailbox any more.</summary>
    private async Task RefusedAsync(int asked)
    {
        await TestWait.UntilAsync(() => _asked.Count == asked);
        await _road.Journal.FlushAsync();
        await TestWait.UntilAsync(async () => (await _road.Sessions.LostAsync(
            await _road.Get<ConversationStore>().UnfinishedAsync(0, long.MaxValue, 100, default), default)).Count == (await _road.RowsAsync()).Count(r => r.Pending == PendingWork.Handle));
    }

    private Task AnsweredAsync(string text) => TestWait.UntilAsync(async () => (await _road.RowsAsync()).Exists(r => r.From == MessageFrom.Agent && r.Text == text));
}
