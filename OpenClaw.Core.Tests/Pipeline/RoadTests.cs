using System.Text;
using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Routing;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>The whole road over SQLite: what goes in comes out, durable and in order.</summary>
public sealed class RoadTests
{
    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Accept_EchoAgent_AnsweredInOrderWithTrace(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);

        for (var i = 0; i < 20; i++) Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default)).Accepted);
        for (var i = 0; i < 20; i++)
        {
            var reply = await watcher.NextReplyAsync();
            Assert.Equal($"text {i}", reply.Text.ToString());
            Assert.Equal($"m{i}", reply.InReplyTo!.ExternalId);
            watcher.Handle!.Delivered(reply);
        }

        var rows = await road.RowsAsync();
        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), rows.Select(r => r.Seq));
        var questions = rows.Where(r => r.From == MessageFrom.User).ToList();
        Assert.All(questions, q =>
        {
            Assert.Equal(MessageState.Answered, q.State);
            Assert.Null(q.Pending);
            Assert.True(q.At <= q.RoutedAt && q.RoutedAt <= q.DispatchedAt && q.DispatchedAt <= q.AnsweredAt);
            Assert.Equal(1, q.Attempts);
            Assert.Contains(q.Seq == questions[0].Seq ? "default agent" : "last agent", q.Route!, StringComparison.Ordinal);
        });
        Assert.Equal(questions.Select(q => (long?)q.Seq), rows.Where(r => r.From == MessageFrom.Agent).OrderBy(r => r.Seq).Select(r => r.InReplyToSeq));
        Assert.All(rows.Where(r => r.From == MessageFrom.Agent), r => Assert.NotNull(r.DeliveredAt));
        Assert.All(rows, r => Assert.True(MessagePosition.TryRange(r.Id, out var first, out var last) && r.Position >= first && r.Position <= last));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Accept_SameIdAgain_IsDuplicateAndStoredOnce(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var first = await road.Inbox.AcceptAsync(Road.Message(channel, "m1", "hello"), default);
        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => road.Inbox.AcceptAsync(Road.Message(channel, "m1", "hello"), default).AsTask()));
        Assert.All(again, a => Assert.True(a is { Accepted: true, Duplicate: true } && a.MessageId == first.MessageId && a.Seq == first.Seq));
        Assert.Single(await road.RowsAsync(), r => r.From == MessageFrom.User);
    }

    [Fact]
    public async Task Accept_SameNewIdAtOnce_StoredOnce()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => road.Inbox.AcceptAsync(Road.Message(channel, "m1", "hello"), default).AsTask())));
        Assert.Single(all, a => !a.Duplicate);
        Assert.Single(all.Select(a => a.MessageId).Distinct());
        Assert.Single(await road.RowsAsync(), r => r.From == MessageFrom.User);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Restart_UnfinishedMessages_AreHandledOnceAndDuplicatesKnown(string database)
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-restart").FullName;
        var catalog = new FakeCatalog();
        ChannelModel channel;
        var entered = new SemaphoreSlim(0);
        await using (var road = await Road.StartAsync(catalog, folder, kind: database))
        {
            channel = road.AddChannel();
            road.Agents.Answer = async (_, _, ct) =>
            {
                entered.Release();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
                throw new InvalidOperationException("unreachable");
            };
            for (var i = 0; i < 5; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default);
            await entered.WaitAsync();
        }

        var asked = new List<string>();
        await using (var road = await Road.StartAsync(catalog, folder, kind: database, before: r => r.Agents.Answer = (request, _, _) =>
        {
            lock (asked) asked.Add(request.Text.ToString());
            return new(AgentOutcome.Answer([new AgentReply(request.Text)]));
        }))
        {
            var watcher = await AttachAsync(road, channel);
            Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "m3", "text 3"), default)).Duplicate);
            Assert.False((await road.Inbox.AcceptAsync(Road.Message(channel, "m5", "text 5"), default)).Duplicate);
            List<Message> rows;
            do rows = await road.RowsAsync();
            while (rows.Any(r => r.Pending is not null));
            Assert.Equal(12, rows.Count);
            Assert.Equal(Enumerable.Range(1, 12).Select(n => (long)n), rows.Select(r => r.Seq));
            Assert.Equal(["text 0", "text 1", "text 2", "text 3", "text 4", "text 5"], asked);
            watcher.Handle!.Dispose();
        }

        TestFolder.Delete(folder);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Handle_AgentFails_DeadLetterAndSessionGoesOn(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);
        road.Agents.Answer = (request, _, _) => new(request.Text.ToString() == "bad"
            ? AgentOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.AgentError, "The agent answered 500.")
            : AgentOutcome.Answer([new AgentReply(request.Text)]));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "bad"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "good"), default);
        Assert.Equal("good", (await watcher.NextReplyAsync()).Text.ToString());

        await using var db = road.Db();
        var letter = Assert.Single(db.DeadLetters);
        Assert.Equal((Stages.Dispatched, DeadLetterCauses.AgentError, 1, DeadLetterRisks.Sent), (letter.Stage, letter.Cause, letter.Attempts, letter.Risk));
        Assert.Equal("bad", JsonDocument.Parse(letter.Payload).RootElement.GetProperty("text").GetString());
        var rows = await road.RowsAsync();
        Assert.Equal([MessageState.Dead, MessageState.Answered, MessageState.Answered], rows.Select(r => r.State));
        Assert.Equal("The agent answered 500.", rows[0].Error);
    }

    [Fact]
    public async Task Handle_AgentThrows_QuarantinedAfterThreeAndTheRestGoesOn()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);
        road.Agents.Answer = (request, _, _) => request.Text.ToString() == "bad" ? throw new InvalidOperationException("boom") : new(AgentOutcome.Answer([new AgentReply(request.Text)]));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "bad"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "good"), default);
        await watcher.NextReplyAsync();
        await using var db = road.Db();
        var letter = Assert.Single(db.DeadLetters);
        Assert.Equal((DeadLetterCauses.Poison, DeadLetterStates.Quarantined, 3), (letter.Cause, letter.State, letter.Attempts));
    }

    [Fact]
    public async Task Handle_NoAgent_DeadLetterNoRoute()
    {
        await using var road = await Road.StartAsync();
        var channel = road.Catalog.AddChannel();
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        List<Message> rows;
        do rows = await road.RowsAsync();
        while (rows.Any(r => r.Pending is not null));
        await using var db = road.Db();
        var letter = Assert.Single(db.DeadLetters);
        Assert.Equal((Stages.Routed, DeadLetterCauses.NoRoute, "never_sent"), (letter.Stage, letter.Cause, letter.Risk));
    }

    [Fact]
    public async Task Handle_DropRule_DroppedWithoutAnswerOrDeadLetter()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var rule = RuleSamples.Drop("Spam", RuleSamples.Any("casino"));
        road.Catalog.Rules[road.Catalog.Tenant.Id] = RuleSamples.Set(rule);
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "Visit my CASINO"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "hello"), default);
        var rows = await SettledAsync(road);
        Assert.Equal([(MessageFrom.User, MessageState.Dropped), (MessageFrom.User, MessageState.Answered), (MessageFrom.Agent, MessageState.Answered)], rows.Select(r => (r.From, r.State)));
        Assert.Null(rows[0].AgentId);
        Assert.NotNull(rows[0].RoutedAt);
        Assert.Null(rows[0].DispatchedAt);
        Assert.Contains("Rule 'Spam' matched: the text contains 'casino'.", JsonElement.Parse(rows[0].Route!).GetProperty("why").GetString(), StringComparison.Ordinal);
        await using var db = road.Db();
        Assert.Empty(db.DeadLetters);
        Assert.Equal(1, road.Get<IRuleHits>().Of(rule.Id));
    }

    [Fact]
    public async Task Handle_RuleMatches_BeforeTheSessionsLastAgent()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var refunds = road.Catalog.AddAgent("scripted", "Refunds");
        road.Catalog.Rules[road.Catalog.Tenant.Id] = RuleSamples.Set(RuleSamples.Rule("Refunds", refunds.Id, RuleSamples.Keywords("refund")));
        foreach (var (id, text) in new[] { ("1", "hello"), ("2", "a refund, please"), ("3", "thanks") })
        {
            await road.Inbox.AcceptAsync(Road.Message(channel, id, text), default);
            await SettledAsync(road);
        }

        var questions = (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).ToList();
        Assert.Equal([road.Catalog.Tenant.Settings.DefaultAgent, refunds.Id, refunds.Id], questions.Select(q => q.AgentId));
        Assert.Equal(["static", "content", "affinity"], questions.Select(q => JsonElement.Parse(q.Route!).GetProperty("strategy").GetString()));
    }

    private static async Task<List<Message>> SettledAsync(Road road)
    {
        List<Message> rows;
        do rows = await road.RowsAsync();
        while (rows.Exists(r => r.Pending is not null && r.From == MessageFrom.User));
        return rows;
    }

    [Fact]
    public async Task Handle_StreamedAnswer_DeltasCarryTheReplysId()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);
        road.Agents.Answer = async (_, sink, _) =>
        {
            await Task.Yield();
            sink.Delta(0, Utf8Text.From("Hel"));
            sink.Delta(0, Utf8Text.From("lo"));
            return AgentOutcome.Answer([new AgentReply(Utf8Text.From("Hello"))]);
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hi"), default);
        await watcher.NextReplyAsync();
        Assert.Equal(["1:User:hi", "typing", "delta 0:Hel", "delta 1:lo", "quiet", "2:Agent:Hello"], watcher.Told);
    }

    [Fact]
    public async Task Handle_StreamBreaks_WhatWasShownIsTakenBack()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);
        road.Agents.Answer = (request, sink, _) =>
        {
            if (request.Text.ToString() == "next") return new(AgentOutcome.Answer([new AgentReply(request.Text)]));
            sink.Delta(0, Utf8Text.From("Hel"));
            return new(AgentOutcome.Failed(FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "The connection broke."));
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hi"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "next"), default);
        await watcher.NextReplyAsync();
        Assert.Equal(["delta 0:Hel", "delta 0:"], watcher.Told.Where(t => t.StartsWith("delta", StringComparison.Ordinal)));
        await using var db = road.Db();
        Assert.Equal(DeadLetterRisks.Unknown, Assert.Single(db.DeadLetters).Risk);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Handle_EndAndContext_NextMessageOpensNextEpisode(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);
        string? context = null, preferences = null;
        road.Agents.Answer = (request, _, _) =>
        {
            context = request.Context is null ? null : Encoding.UTF8.GetString(request.Context);
            preferences = request.Preferences is null ? null : Encoding.UTF8.GetString(request.Preferences);
            return new(AgentOutcome.Answer(
                [new AgentReply(request.Text)], JsonElement.Parse("""{"step":1,"gone":null}"""), JsonElement.Parse("""{"tone":"kind"}"""), end: request.Text.ToString() == "bye"));
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hi"), default);
        await watcher.NextReplyAsync();
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "bye"), default);
        await watcher.NextReplyAsync();
        Assert.Equal("""{"step":1}""", context);
        await watcher.EndedAsync();

        var next = await AttachAsync(road, channel);
        Assert.NotEqual(watcher.Handle!.SessionId, next.Handle!.SessionId);
        var outcome = await road.Inbox.AcceptAsync(Road.Message(channel, "3", "again"), default);
        await next.NextReplyAsync();
        Assert.Equal((1, next.Handle!.SessionId), (outcome.Seq, outcome.SessionId));
        Assert.Null(context);
        Assert.Equal("""{"tone":"kind"}""", preferences);
        await using var db = road.Db();
        Assert.Equal([(1, SessionState.Expired), (2, SessionState.Active)], db.Sessions.OrderBy(s => s.Episode).Select(s => new ValueTuple<int, SessionState>(s.Episode, s.State)).ToList());
    }

    [Fact]
    public async Task Handle_Handoff_OtherAgentAnswersAndIsAssigned()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var billing = road.Catalog.AddAgent("scripted", "billing");
        var watcher = await AttachAsync(road, channel);
        road.Agents.Answer = (request, _, _) => new(request.Agent.Name == "billing"
            ? AgentOutcome.Answer([new AgentReply(Utf8Text.From("billing here"))])
            : AgentOutcome.Answer([new AgentReply(Utf8Text.From("one moment"))], handoff: new("Billing", "money")));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "invoice"), default);
        Assert.Equal(("one moment", 0), Of(await watcher.NextReplyAsync()));
        Assert.Equal(("billing here", 1), Of(await watcher.NextReplyAsync()));
        await using var db = road.Db();
        var session = Assert.Single(db.Sessions);
        Assert.Equal((billing.Id, true), (session.AgentId!.Value, session.Assigned));

        static (string, int) Of(MessageRecord reply) => (reply.Text.ToString(), reply.Run);
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Handle_LaterAndLateAnswer_WaitsThenAnswered(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var watcher = await AttachAsync(road, channel);
        road.Agents.Answer = (_, _, _) => new(AgentOutcome.Later(TimeSpan.FromMinutes(10)));
        var accepted = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "think"), default);
        List<Message> rows;
        do rows = await road.RowsAsync();
        while (rows[0].State != MessageState.Waiting);
        var outcome = await road.Get<ISessionWriter>().AppendAsync(
            road.Catalog.Tenant.Id, accepted.SessionId, MessageFrom.Agent, [new AgentReply(Utf8Text.From("done"))], accepted.MessageId, default);
        Assert.Single(outcome.Messages!);
        Assert.Equal("1", (await watcher.NextReplyAsync()).InReplyTo!.ExternalId);
        Assert.Equal([MessageState.Answered, MessageState.Answered], (await road.RowsAsync()).Select(r => r.State));
    }

    [Fact]
    public async Task LateAnswers_Overdue_DeadLetter()
    {
        var clock = new TestClock();
        await using var road = await Road.StartAsync(time: clock);
        var channel = road.AddChannel();
        road.Agents.Answer = (_, _, _) => new(AgentOutcome.Later(TimeSpan.FromMinutes(10)));
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "think"), default);
        List<Message> rows;
        do rows = await road.RowsAsync();
        while (rows[0].State != MessageState.Waiting);
        Assert.Equal(0, await road.Get<OpenClaw.Gateway.Core.Pipeline.LateAnswers>().RunAsync(default));
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(1, await road.Get<OpenClaw.Gateway.Core.Pipeline.LateAnswers>().RunAsync(default));
        Assert.Equal(MessageState.Dead, (await road.RowsAsync())[0].State);
        await using var db = road.Db();
        Assert.Equal(DeadLetterCauses.AgentNoAnswer, Assert.Single(db.DeadLetters).Cause);
    }

    [Fact]
    public async Task Accept_AboveTheTenantsLimit_IsRefusedThoughTheInstallationTakesIt()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel(c => c with { Tenant = c.Tenant with { Settings = c.Tenant.Settings with { MaxMessageBytes = 5 } } });
        Assert.Equal(RefusalCode.TooLarge, (await road.Inbox.AcceptAsync(Road.Message(channel, "1", "sixsix"), default)).Refusal);
        Assert.Null((await road.Inbox.AcceptAsync(Road.Message(channel, "2", "fives"), default)).Refusal);
    }

    [Fact]
    public async Task Handle_SlowAgentInOneSession_DelaysNoOther()
    {
        await using var road = await Road.StartAsync();
        var channel = road.AddChannel();
        var release = new TaskCompletionSource();
        road.Agents.Answer = async (request, _, _) =>
        {
            if (request.Address.UserId == "slow") await release.Task;
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        var slow = await AttachAsync(road, channel, "slow");
        await road.Inbox.AcceptAsync(Road.Message(channel, "1", "slow", "slow"), default);
        for (var i = 0; i < 50; i++)
        {
            var fast = await AttachAsync(road, channel, $"fast{i}");
            await road.Inbox.AcceptAsync(Road.Message(channel, "1", "fast", $"fast{i}"), default);
            await fast.NextReplyAsync();
        }

        Assert.DoesNotContain(slow.Told, t => t.Contains("Agent", StringComparison.Ordinal));
        release.SetResult();
        await slow.NextReplyAsync();
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Accept_OnlyAnAttachment_StoredWithEmptyText(string database)
    {
        await using var road = await Road.StartAsync(kind: database);
        var channel = road.AddChannel();
        var file = new AttachmentRef(Guid.NewGuid(), "a.pdf", "application/pdf", 10);
        var watcher = await AttachAsync(road, channel);
        Assert.True((await road.Inbox.AcceptAsync(Road.Message(channel, "1", "") with { Extras = new([file]) }, default)).Accepted);
        await watcher.NextReplyAsync();
        var rows = await road.RowsAsync();
        Assert.Equal("", rows[0].Text);
        Assert.Equal(file, Assert.Single(MessageExtras.FromJson(rows[0].Extras)!.Attachments!));
    }

    [Fact]
    public async Task Accept_OverTheLimits_RefusedAndNothingKept()
    {
        await using var road = await Road.StartAsync(limits: new() { MaxMessageBytes = 10 });
        var channel = road.AddChannel(c => c with { RateLimitPerUserPerMinute = 2 });
        Assert.Equal(RefusalCode.TooLarge, (await road.Inbox.AcceptAsync(Road.Message(channel, "1", "eleven bytes"), default)).Refusal);
        Assert.Equal(RefusalCode.Invalid, (await road.Inbox.AcceptAsync(Road.Message(channel, "1", ""), default)).Refusal);
        Assert.Equal(RefusalCode.NotAllowed, (await road.Inbox.AcceptAsync(Road.Message(channel with { Enabled = false }, "1", "hi"), default)).Refusal);
        var batch = await road.Inbox.AcceptAsync([.. Enumerable.Range(0, 3).Select(i => Road.Message(channel, $"b{i}", "hi"))], default);
        Assert.Equal([null, null, RefusalCode.RateLimited], batch.Select(b => b.Refusal));
        Assert.InRange(batch[2].RetryAfter!.Value.TotalSeconds, 20, 31);
        Assert.Equal(2, (await road.RowsAsync()).Count(r => r.From == MessageFrom.User));
    }

    internal static async Task<Watcher> AttachAsync(Road road, ChannelModel channel, string user = "ada")
    {
        var watcher = new Watcher();
        watcher.Handle = await road.Get<ISessionHub>().AttachAsync(channel, new SessionAddress("main", null, user, "Ada"), watcher, default);
        return watcher;
    }
}
