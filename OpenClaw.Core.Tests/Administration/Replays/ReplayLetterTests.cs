using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Replays;

/// <summary>One dead letter on the real road.</summary>
public sealed class ReplayLetterTests
{
    [Fact]
    public async Task Replay_AgentMended_AnsweredUnderItsQuestionAndLetterReplayed()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        replays.Fails = _ => false;
        var result = await replays.ReplayAsync(letter.Id);
        Assert.Equal(AdminStatus.Done, result.Status);
        await ReplayedAsync(replays, letter.Id);

        var rows = await replays.Road.RowsAsync();
        var question = Assert.Single(rows, r => r.From == MessageFrom.User);
        Assert.Equal((MessageState.Answered, (PendingWork?)null, 1, (string?)null), (question.State, question.Pending, question.Run, question.Error));
        var reply = Assert.Single(rows, r => r.From == MessageFrom.Agent);
        Assert.Equal((question.Seq, 1, "Scripted: text 0"), (reply.InReplyToSeq, reply.Run, reply.Text));
        Assert.Equal(1, replays.Asked[^1].Replay);
        Assert.Equal(letter.MessageId, replays.Asked[^1].Id);
        var detail = (await replays.Get<DeadLetterDetails>().GetAsync(letter.TenantId, letter.Id))!;
        Assert.Equal("Scripted: text 0", Assert.Single(detail.Answers).Text);
        Assert.Equal(("Ada", DeadLetterStates.Replayed, 1), (detail.ResolvedBy, detail.State, detail.Replays));
        await using var db = replays.Road.Db();
        Assert.Equal(["dead-letter.replayed"], await db.Audit.Select(a => a.Action).ToListAsync());
    }

    [Fact]
    public async Task Replay_FailsAgain_AnotherLetterLinkedToIt()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var first = (await replays.FailAsync(1))[0];
        Assert.NotNull((await replays.ReplayAsync(first.Id)).Value);
        await ReplayedAsync(replays, first.Id);

        var letters = await replays.LettersAsync();
        Assert.Equal(2, letters.Count);
        var second = letters.Single(l => l.Id != first.Id);
        Assert.Equal((first.Id, DeadLetterStates.Open, first.Fingerprint), (second.PreviousId, second.State, second.Fingerprint));
        Assert.Equal(second.Id, (await replays.Get<DeadLetterDetails>().GetAsync(first.TenantId, first.Id))!.Next);
        replays.Fails = _ => false;
        Assert.NotNull((await replays.ReplayAsync(second.Id)).Value);
        await ReplayedAsync(replays, second.Id);
        Assert.Equal(2, replays.Asked[^1].Replay);
        Assert.Single(await replays.RepliesAsync());
    }

    [Fact]
    public async Task Replay_TwentyAtOnce_OneBeginsTheOthersAreToldSo()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        replays.Fails = _ => false;
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => replays.ReplayAsync(letter.Id))));
        Assert.Single(results, r => r.Status == AdminStatus.Done);
        Assert.All(results.Where(r => r.Status != AdminStatus.Done), r => Assert.Equal(AdminStatus.InUse, r.Status));
        await ReplayedAsync(replays, letter.Id);
        Assert.Single(await replays.RepliesAsync());
        Assert.Equal(2, replays.Asked.Count);
    }

    [Fact]
    public async Task Replay_ChangedPayload_IsSentAndTheMessageKeepsItsWords()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        replays.Fails = _ => false;
        Assert.NotNull((await replays.ReplayAsync(letter.Id, new { payload = new { text = "mended text" } })).Value);
        await ReplayedAsync(replays, letter.Id);
        Assert.Equal("mended text", replays.Asked[^1].Text.ToString());
        var rows = await replays.Road.RowsAsync();
        Assert.Equal(["text 0", "Scripted: mended text"], rows.Select(r => r.Text));
        var after = (await replays.LettersAsync())[0];
        Assert.Equal(letter.Payload, after.Payload);
        Assert.Equal("""{"text":"mended text"}""", after.ReplayPayload);
    }

    [Theory]
    [InlineData("""{"payload":{}}""", "payload")]
    [InlineData("""{"payload":"text"}""", "payload")]
    [InlineData("""{"payload":{"text":7}}""", "payload.text")]
    [InlineData("""{"payload":{"text":"a","words":"b"}}""", "payload.words")]
    [InlineData("""{"payload":{"text":"a","attachments":[{"blob":"0197a000-0000-7000-8000-000000000000"}]}}""", "payload.attachments[0]")]
    [InlineData("""{"payload":{"button":""}}""", "payload.button")]
    [InlineData("""{"agent":"0197a000-0000-7000-8000-000000000000"}""", "agent")]
    [InlineData("""{"agent":"the other one"}""", "agent")]
    [InlineData("""{"shadow":"yes"}""", "shadow")]
    [InlineData("""{"who":"me"}""", "who")]
    public async Task Replay_InputThatIsWrong_ToldByFieldAndLetterStays(string input, string field)
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        var result = await replays.Get<ReplayLetter>().RunAsync(replays.Caller, letter.Id, JsonElement.Parse(input));
        Assert.Equal((AdminStatus.Invalid, field), (result.Status, Assert.Single(result.Errors).Key));
        Assert.Equal(DeadLetterStates.Open, (await replays.LettersAsync())[0].State);
    }

    [Fact]
    public async Task Replay_TextThatIsTooLong_Refused()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        var result = await replays.ReplayAsync(letter.Id, new { payload = new { text = new string('a', replays.Get<GatewayOptions>().Limits.MaxMessageBytes + 1) } });
        Assert.Equal("payload.text", Assert.Single(result.Errors).Key);
    }

    [Fact]
    public async Task Replay_ToAnotherAgent_IsAskedInPlace()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        var other = replays.Catalog.AddAgent("scripted", "Other");
        replays.Fails = r => r.Agent.Id != other.Id;
        Assert.NotNull((await replays.ReplayAsync(letter.Id, new { agent = other.Id })).Value);
        await ReplayedAsync(replays, letter.Id);
        Assert.Equal("Other: text 0", Assert.Single(await replays.RepliesAsync()).Text);
    }

    [Fact]
    public async Task Replay_SeveralOfASession_InTheOrderTheyWereAskedForAndBeforeWhatComesAfter()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letters = await replays.FailAsync(3, user: "ada");
        replays.Fails = _ => false;
        foreach (var letter in letters) Assert.NotNull((await replays.ReplayAsync(letter.Id)).Value);
        await TestWait.UntilAsync(async () => (await replays.LettersAsync()).TrueForAll(l => l.State == DeadLetterStates.Replayed));
        var replies = await replays.RepliesAsync();
        Assert.Equal(["Scripted: text 0", "Scripted: text 1", "Scripted: text 2"], replies.OrderBy(r => r.Seq).Select(r => r.Text));
        Assert.Equal([1L, 2, 3], replies.OrderBy(r => r.Seq).Select(r => r.InReplyToSeq!.Value));
    }

    [Fact]
    public async Task Replay_ChannelGone_RefusedWithWhatToDo()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        replays.Catalog.RemoveChannel(replays.Channel.Id);
        var result = await replays.ReplayAsync(letter.Id);
        Assert.Equal((AdminStatus.InUse, LetterObstacles.NoChannel), (result.Status, result.Reason));
        Assert.Equal(DeadLetterStates.Open, (await replays.LettersAsync())[0].State);
    }

    [Fact]
    public async Task Replay_AgentDisabled_RefusedByField()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        var other = replays.Catalog.AddAgent("scripted", "Other");
        replays.Catalog.Replace(other with { Enabled = false });
        Assert.Contains("switched off", (await replays.ReplayAsync(letter.Id, new { agent = other.Id })).Errors["agent"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_MessageGone_Refused()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        await using (var db = replays.Road.Db()) await db.WriteAsync(d => d.Messages.ExecuteDeleteAsync(), default);
        Assert.Equal(LetterObstacles.NoMessage, (await replays.ReplayAsync(letter.Id)).Reason);
    }

    [Fact]
    public async Task Replay_OperatorHasTheConversation_Refused()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        await replays.Get<ISessionControl>().TakeOverAsync(letter.TenantId, letter.SessionId, Guid.NewGuid(), "Grace", default);
        Assert.StartsWith("Grace answers in this conversation.", (await replays.ReplayAsync(letter.Id)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_EndedEpisode_AnsweredInIt()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        await replays.Get<ISessionControl>().CloseAsync(letter.TenantId, letter.SessionId, "Grace", default);
        replays.Fails = _ => false;
        Assert.NotNull((await replays.ReplayAsync(letter.Id)).Value);
        await ReplayedAsync(replays, letter.Id);
        var reply = Assert.Single(await replays.RepliesAsync());
        Assert.Equal(letter.SessionId, reply.SessionId);
    }

    [Fact]
    public async Task Replay_CutOffWhileTheAgentWorks_GoesOnAfterTheRestart()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        var entered = new SemaphoreSlim(0);
        replays.Fails = _ => false;
        replays.Before = async (_, stop) =>
        {
            entered.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        };
        Assert.NotNull((await replays.ReplayAsync(letter.Id, new { payload = new { text = "mended" } })).Value);
        await entered.WaitAsync();
        replays.Before = (_, _) => Task.CompletedTask;
        await replays.RestartAsync();
        await ReplayedAsync(replays, letter.Id);
        Assert.Equal("Scripted: mended", Assert.Single(await replays.RepliesAsync()).Text);
        Assert.Equal(1, replays.Asked[^1].Replay);
    }

    [Fact]
    public async Task Start_LetterWhoseMessageIsFinished_IsSettled()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letters = await replays.FailAsync(2);
        await using (var db = replays.Road.Db())
        {
            await db.WriteAsync(d => d.DeadLetters.ExecuteUpdateAsync(set => set.SetProperty(l => l.State, DeadLetterStates.Replaying)), default);
            var answered = letters[0].MessageId;
            await db.WriteAsync(d => d.Messages.Where(m => m.Id == answered).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, MessageState.Answered)), default);
        }

        await replays.RestartAsync();
        await TestWait.UntilAsync(async () => (await replays.LettersAsync()).TrueForAll(l => l.State != DeadLetterStates.Replaying));
        Assert.Equal([DeadLetterStates.Replayed, DeadLetterStates.Open], (await replays.LettersAsync()).Select(l => l.State));
    }

    [Fact]
    public async Task Shadow_AnswerIsStoredAndNobodyIsSentIt()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        var other = replays.Catalog.AddAgent("scripted", "Other");
        replays.Fails = r => r.Agent.Id != other.Id;
        var result = await replays.ReplayAsync(letter.Id, new { agent = other.Id, shadow = true });
        await replays.UntilAsync(result.Value!.Shadow!.Id, ReplayStates.Done);
        Assert.Empty(await replays.RepliesAsync());
        Assert.Equal(DeadLetterStates.Open, (await replays.LettersAsync())[0].State);
        var shadow = Assert.Single((await replays.Get<DeadLetterDetails>().GetAsync(letter.TenantId, letter.Id))!.Shadows).Answer;
        Assert.Equal((other.Id, "answered", "Other: text 0", (string?)null), (shadow.Agent, shadow.Outcome, shadow.Text, shadow.Comparison));
    }

    [Fact]
    public async Task Shadow_OfAnAnsweredMessage_IsCompared()
    {
        await using var replays = await ReplayRoad.StartAsync();
        var letter = (await replays.FailAsync(1))[0];
        replays.Fails = _ => false;
        await replays.ReplayAsync(letter.Id);
        await ReplayedAsync(replays, letter.Id);
        await using (var db = replays.Road.Db()) await db.WriteAsync(d => d.DeadLetters.ExecuteUpdateAsync(set => set.SetProperty(l => l.State, DeadLetterStates.Open)), default);
        var other = replays.Catalog.AddAgent("scripted", "Other");
        var replay = await replays.BulkAsync(new { ids = new[] { letter.Id }, agent = other.Id, shadow = true });
        await replays.UntilAsync(replay.Id, ReplayStates.Done);
        var item = Assert.Single((await replays.Get<ReplayQueries>().ItemsAsync(letter.TenantId, replay.Id, null, new(10)))!.Items);
        Assert.Equal(("differs", "Scripted: text 0", "Other: text 0"), (item.Answer!.Comparison, item.Answer.RealText, item.Answer.Text));
    }

    [Fact]
    public async Task Discard_AndRestore_AreNotedAndHoldReplaysOff()
    {
        await using var replays = await ReplayRoad.StartAsync(carriesOut: false);
        var letter = (await replays.FailAsync(1))[0];
        var resolve = replays.Get<ResolveLetter>();
        Assert.Equal(DeadLetterStates.Discarded, (await resolve.DiscardAsync(replays.Caller, letter.Id, "spam")).Value!.State);
        Assert.Equal(AdminStatus.InUse, (await resolve.DiscardAsync(replays.Caller, letter.Id, null)).Status);
        Assert.Contains("Restore it first", (await replays.ReplayAsync(letter.Id)).Reason, StringComparison.Ordinal);
        Assert.Equal(DeadLetterStates.Open, (await resolve.RestoreAsync(replays.Caller, letter.Id, null)).Value!.State);
        Assert.Equal(AdminStatus.InUse, (await resolve.RestoreAsync(replays.Caller, letter.Id, null)).Status);
        await using var db = replays.Road.Db();
        Assert.Contains(await db.Audit.ToListAsync(), a => a.Action == "dead-letter.discarded" && a.After!.Contains("spam", StringComparison.Ordinal));
    }

    private static Task ReplayedAsync(ReplayRoad replays, Guid letter) =>
        TestWait.UntilAsync(async () => (await replays.LettersAsync()).Exists(l => l.Id == letter && l.State == DeadLetterStates.Replayed));
}
