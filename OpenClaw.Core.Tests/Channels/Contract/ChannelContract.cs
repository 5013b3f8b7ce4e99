using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.Contract;

/// <summary>
/// What every adapter must do. Derive, make a trial of your platform, and all of it is run: connect, receive, duplicate, reconnect, send, split, rate limit, fatal
/// error, drain.
/// </summary>
public abstract class ChannelContract
{
    [Fact]
    public async Task Connect_Channel_SaysAsWhomAndProvesItsLife()
    {
        await using var trial = await StartAsync();
        if (!trial.HasConnection) return;
        var link = trial.Road.Supervisor.Look(trial.Channel.Id)!;
        Assert.Equal((ChannelLinkState.Connected, null, null), (link.State, link.Cause, link.NextTryAt));
        Assert.False(string.IsNullOrEmpty(link.Account));
        Assert.NotNull(link.LastProofAt);
    }

    [Fact]
    public async Task Receive_TextOfAnyScript_IsStoredAsWrittenAndInOrder()
    {
        await using var trial = await StartAsync();
        string[] texts = ["hello", "Grüße, 世界", "שלום עולם", "👩‍👩‍👧‍👦 family", "zero\u200bwidth", "tab\tand  spaces", "line one\nline two"];
        foreach (var text in texts) await trial.SayAsync(text);
        await TestWait.UntilAsync(async () => (await trial.Road.TextsAsync()).Count == texts.Length);
        Assert.Equal(texts, await trial.Road.TextsAsync());
        Assert.Single((await trial.Road.RowsAsync()).Select(r => r.SessionId).Distinct());
    }

    [Fact]
    public async Task Duplicate_SameMessageTwice_IsStoredAndAnsweredOnce()
    {
        await using var trial = await StartAsync();
        await trial.SayAsync("once");
        await ReceivedAsync(trial, "once");
        if (!await trial.SayAgainAsync()) return;
        await trial.SayAsync("after it");
        await ReceivedAsync(trial, "after it");
        Assert.Equal(["once", "after it"], await trial.Road.TextsAsync());
        Assert.Equal(["once", "after it"], trial.Received);
    }

    /// <summary>What was written while nobody listened comes in when the connection is back, once, and the gap says so.</summary>
    [Fact]
    public async Task Reconnect_AfterACut_NothingIsLostOrDoubled()
    {
        await using var trial = await StartAsync();
        await trial.SayAsync("before");
        await ReceivedAsync(trial, "before");
        for (var round = 0; round < 3; round++)
        {
            await trial.CutAsync();
            await trial.SayAsync($"while it was away {round}");
            await ReceivedAsync(trial, $"while it was away {round}");
        }

        Assert.Equal(["before", "while it was away 0", "while it was away 1", "while it was away 2"], await trial.Road.TextsAsync());
        if (!trial.HasConnection) return;
        await TestWait.UntilAsync(async () => (await trial.Road.GapsAsync(trial.Channel)) is { Count: > 0 } gaps && gaps.TrueForAll(g => g is { EndedAt: not null, Missed: 0 }));
    }

    /// <summary>A restart of the gateway in the middle: what came meanwhile is brought in, what was brought in before is known.</summary>
    [Fact]
    public async Task Restart_OfTheGateway_NothingIsLostOrDoubled()
    {
        await using var trial = await StartAsync();
        await trial.SayAsync("before");
        await ReceivedAsync(trial, "before");
        await TestWait.UntilAsync(async () => (await trial.Road.RowsAsync()).Any(r => r is { From: MessageFrom.Agent, DeliveredAt: not null })); // else it may come twice
        await trial.Road.StopAsync(kill: true);
        if (trial.HasConnection) await trial.SayAsync("while it was down");
        await trial.Road.StartAsync();
        if (!trial.HasConnection) await trial.SayAsync("while it was down");
        await ReceivedAsync(trial, "while it was down");
        Assert.Equal(["before", "while it was down"], await trial.Road.TextsAsync());
        Assert.Equal(["before", "while it was down"], trial.Received);
    }

    [Fact]
    public async Task Send_Answer_HasAReceipt()
    {
        await using var trial = await StartAsync();
        await trial.SayAsync("hello");
        await ReceivedAsync(trial, "hello");
        await TestWait.UntilAsync(async () => (await trial.Road.RowsAsync()).Any(r => r is { From: MessageFrom.Agent, DeliveredAt: not null }));
        Assert.False(string.IsNullOrEmpty((await trial.Road.RowsAsync()).Single(r => r.From == MessageFrom.Agent).Receipt));
    }

    [Fact]
    public async Task Split_LongAnswer_ComesInOrderAndWhole()
    {
        await using var trial = await StartAsync();
        var words = Enumerable.Range(0, 3_000).Select(i => $"word{i}").ToArray();
        trial.Road.Road.Agents.Answer = (_, _, _) => new(AgentOutcome.Answer([new(Utf8Text.From(string.Join(' ', words)))]));
        await trial.SayAsync("tell me everything");
        await TestWait.UntilAsync(() => trial.Received.Sum(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length) >= words.Length);
        Assert.Equal(words, trial.Received.SelectMany(t => t.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        if (trial.LongestText > 0) Assert.All(trial.Received, t => Assert.InRange(t.Length, 1, trial.LongestText));
    }

    [Fact]
    public async Task RateLimit_OneTooMany_IsWaitedForAndSentOnce()
    {
        await using var trial = await StartAsync();
        await trial.SayAsync("first");
        await ReceivedAsync(trial, "first");
        trial.LimitNext();
        await trial.SayAsync("second");
        await ReceivedAsync(trial, "second");
        Assert.Equal(["first", "second"], trial.Received);
        await TestWait.UntilAsync(async () => (await trial.Road.RowsAsync()).TrueForAll(r => r.State == MessageState.Answered && (r.From == MessageFrom.User || r.DeliveredAt is not null)));
    }

    /// <summary>Credentials that do not hold are told with a fix, and not tried again and again.</summary>
    [Fact]
    public async Task Fatal_CredentialsRefused_IsToldAndNotHammered()
    {
        await using var trial = await StartAsync();
        await trial.RevokeAsync();
        if (!trial.HasConnection)
        {
            await trial.SayAsync("hello");
            await TestWait.UntilAsync(async () => (await trial.Road.RowsAsync()).Any(r => r is { From: MessageFrom.Agent, State: MessageState.Dead }));
            return;
        }

        await TestWait.UntilAsync(() => trial.Road.Supervisor.Look(trial.Channel.Id)?.State == ChannelLinkState.Failed);
        var link = trial.Road.Supervisor.Look(trial.Channel.Id)!;
        Assert.False(string.IsNullOrEmpty(link.Cause) || string.IsNullOrEmpty(link.Detail) || string.IsNullOrEmpty(link.Fix));
        Assert.True(link.NextTryAt > TimeProvider.System.GetUtcNow().AddHours(1));
        foreach (var secret in trial.Channel.Secrets.Values) Assert.DoesNotContain(secret, link.Detail + link.Fix, StringComparison.Ordinal);
    }

    /// <summary>A drained channel takes nothing new and sends what it owes; what came meanwhile waits where it is.</summary>
    [Fact]
    public async Task Drain_Channel_TakesNothingNewUntilItIsResumed()
    {
        await using var trial = await StartAsync();
        await trial.SayAsync("before");
        await ReceivedAsync(trial, "before");
        var channel = trial.Road.Catalog.FindChannel(trial.Channel.Id)!;
        trial.Road.Catalog.Put(channel with { Control = new(SubjectFlow.Draining) });
        if (!trial.HasConnection)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => trial.SayAsync("refused"));
            return;
        }

        await trial.SayAsync("while it is drained");
        await trial.Road.Road.Journal.FlushAsync();
        Assert.Equal(["before"], await trial.Road.TextsAsync());
        trial.Road.Catalog.Put(channel);
        Assert.True(trial.Road.Supervisor.Restart(channel.Id)); // a person need not wait for the next try
        await ReceivedAsync(trial, "while it is drained");
        Assert.Equal(["before", "while it is drained"], trial.Received);
    }

    private protected abstract Task<ChannelTrial> StartAsync();

    private static Task ReceivedAsync(ChannelTrial trial, string text) => TestWait.UntilAsync(() => trial.Received.Contains(text));
}
