using System.Threading.Channels;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>What becomes of messages that come while the agent is busy with the one before.</summary>
public sealed class BusyTests
{
    [Fact]
    public async Task Collect_SeveralCameMeanwhile_AreGivenTogetherAndAnsweredByOne()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect);
        await stage.SendAsync("1", "first");
        var first = await stage.NextAsync();
        await stage.SendAsync("2", "and then", attachments: [new(Guid.NewGuid(), "a.txt", "text/plain", 1)]);
        await stage.SendAsync("3", "one more", attachments: [new(Guid.NewGuid(), "b.txt", "text/plain", 1)]);
        first.Answer("one");
        var second = await stage.NextAsync();
        Assert.Equal("and then\none more", second.Request.Text.ToString());
        Assert.Equal(["a.txt", "b.txt"], second.Request.Extras!.Attachments!.Select(a => a.Name));
        Assert.Equal(["first", "one"], second.Request.History().Select(h => h.Text.ToString()));
        second.Answer("two");
        Assert.Equal("one", (await stage.Watcher.NextReplyAsync()).Text.ToString());
        Assert.Equal("two", (await stage.Watcher.NextReplyAsync()).Text.ToString());
        await stage.SendAsync("4", "later");
        (await stage.NextAsync()).Answer("three");

        var rows = await stage.DoneAsync(questions: 4);
        Assert.All(rows.Where(r => r.From == MessageFrom.User), r => Assert.Equal((MessageState.Answered, true), (r.State, r.AnsweredAt is not null)));
        var last = rows.Single(r => r.Text == "one more");
        Assert.Equal(last.Id, second.Request.Id);
        Assert.Equal(last.Seq, rows.Single(r => r.Text == "two").InReplyToSeq);
        Assert.Contains(last.Id.ToString(), rows.Single(r => r.Text == "and then").Route, StringComparison.Ordinal);
        Assert.DoesNotContain("together", last.Route, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_SeveralPeopleInOneSession_AreNamed()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect, c => c with { Scope = SessionScope.Conversation });
        await stage.SendAsync("1", "first");
        var first = await stage.NextAsync();
        await stage.SendAsync("2", "tea?", user: "bob");
        await stage.SendAsync("3", "no, coffee", user: "eve");
        first.Answer("one");
        var second = await stage.NextAsync();
        Assert.Equal("Bob: tea?\nEve: no, coffee", second.Request.Text.ToString());
        Assert.Equal("eve", second.Request.Address.UserId);
        second.Answer("both");
        await stage.DoneAsync(questions: 3);
    }

    [Fact]
    public async Task Collect_ACommandBetween_IsNotCollectedAndTheOrderHolds()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect);
        await stage.SendAsync("1", "first");
        var first = await stage.NextAsync();
        foreach (var (id, text) in new[] { ("2", "a"), ("3", "b"), ("4", "/help"), ("5", "c") }) await stage.SendAsync(id, text);
        first.Answer("one");
        var second = await stage.NextAsync();
        Assert.Equal("a\nb", second.Request.Text.ToString());
        second.Answer("two");
        var third = await stage.NextAsync();
        Assert.Equal("c", third.Request.Text.ToString());
        third.Answer("three");
        var rows = await stage.DoneAsync(questions: 5);
        Assert.Equal(["one", "two", "three"], rows.Where(r => r.From == MessageFrom.Agent && r.AgentId is not null).Select(r => r.Text));
    }

    [Fact]
    public async Task Collect_FailsAtFirst_IsGivenAgainAsItWasWithoutWhatCameSince()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect);
        var second = await stage.CollectedAsync();
        await stage.SendAsync("4", "too late for this one");
        second.Fail();
        var again = await stage.NextAsync();
        Assert.Equal((second.Request.Id, 2, "b\nc"), (again.Request.Id, again.Request.Attempt, again.Request.Text.ToString()));
        again.Answer("two");
        (await stage.NextAsync()).Answer("three");
        await stage.DoneAsync(questions: 4);
    }

    [Fact]
    public async Task Collect_NobodyCanAnswer_EachHasADeadLetter()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect);
        (await stage.CollectedAsync()).Fail(FailureKind.Permanent);
        var rows = await stage.DoneAsync(questions: 3);
        Assert.Equal(["b", "c"], rows.Where(r => r.State == MessageState.Dead).Select(r => r.Text));
        await using var db = stage.Road.Db();
        Assert.Equal(rows.Where(r => r.State == MessageState.Dead).Select(r => r.Id).Order(), db.DeadLetters.Select(d => d.MessageId).AsEnumerable().Order());
    }

    [Fact]
    public async Task Collect_UserStops_AllAreDropped()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect);
        await stage.CollectedAsync();
        await stage.SendAsync("9", "/stop");
        var rows = await stage.DoneAsync(questions: 4);
        Assert.Equal(["b", "c"], rows.Where(r => r.State == MessageState.Dropped).Select(r => r.Text));
    }

    [Fact]
    public async Task Collect_OperatorTakesOver_EachWaitsAndIsAnsweredByThem()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Collect);
        await stage.CollectedAsync();
        var tenant = stage.Road.Catalog.Tenant.Id;
        await stage.Road.Get<ISessionControl>().TakeOverAsync(tenant, stage.Session, Guid.NewGuid(), "Ada", default);
        // the first is held, the other waits behind it; the count alone comes by that number on its way, before the first is held
        await TestWait.UntilAsync(async () => (await stage.Road.Sessions.FindAsync(tenant, stage.Session, default))!.IsHeld && stage.Road.Sessions.Undispatched == 1);
        Assert.Equal(2, stage.Load.InMailboxes);
        await stage.Road.Get<ISessionWriter>().AppendAsync(tenant, stage.Session, MessageFrom.Operator, [new(Utf8Text.From("I do this."))], null, default);
        await stage.DoneAsync(questions: 3);
    }

    [Fact]
    public async Task Collect_RestartInTheMiddle_IsGivenAgainAsItWas()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-busy-").FullName;
        try
        {
            var catalog = new FakeCatalog { Retry = Stage.Patient };
            Guid id;
            await using (var stage = await Stage.StartAsync(BusyMode.Collect, catalog: catalog, folder: folder))
            {
                id = (await stage.CollectedAsync()).Request.Id;
                await stage.SendAsync("4", "after");
            }

            await using (var stage = await Stage.StartAsync(BusyMode.Collect, catalog: catalog, folder: folder))
            {
                var again = await stage.NextAsync();
                Assert.Equal((id, "b\nc"), (again.Request.Id, again.Request.Text.ToString()));
                again.Answer("two");
                var next = await stage.NextAsync();
                Assert.Equal("after", next.Request.Text.ToString());
                next.Answer("three");
                await stage.DoneAsync(questions: 4);
            }
        }
        finally
        {
            TestFolder.Delete(folder);
        }
    }

    [Fact]
    public async Task Interrupt_NewerComes_TheEarlierIsDroppedAndStaysInTheHistory()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Interrupt);
        await stage.SendAsync("1", "book a table");
        var first = await stage.NextAsync();
        first.Sink.Delta(0, Utf8Text.From("With pleasure"));
        await stage.SendAsync("2", "no, a taxi");
        var second = await stage.NextAsync();
        Assert.True(first.Token.IsCancellationRequested);
        Assert.Equal(["book a table"], second.Request.History().Select(h => h.Text.ToString()));
        Assert.Equal(["delta 0:With pleasure", "delta 0:"], stage.Watcher.Told.Where(t => t.StartsWith("delta", StringComparison.Ordinal)));
        second.Answer("a taxi it is");
        Assert.Equal("a taxi it is", (await stage.Watcher.NextReplyAsync()).Text.ToString());
        var rows = await stage.DoneAsync(questions: 2);
        Assert.Equal((MessageState.Dropped, "A newer message came while it was being answered."), (rows[0].State, rows[0].Error));
    }

    [Fact]
    public async Task Interrupt_BySomebodyElseOrACommand_DoesNot()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Interrupt, c => c with { Scope = SessionScope.Conversation });
        await stage.SendAsync("1", "mine");
        var first = await stage.NextAsync();
        await stage.SendAsync("2", "another's", user: "bob");
        await stage.SendAsync("3", "/help");
        first.Answer("one");
        (await stage.NextAsync()).Answer("two");
        var rows = await stage.DoneAsync(questions: 3);
        Assert.All(rows, r => Assert.Equal(MessageState.Answered, r.State));
    }

    [Fact]
    public async Task Interrupt_TheEarlierWaitsForItsNextAttempt_IsDroppedAtOnce()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Interrupt, retry: new(8, TimeSpan.FromHours(1), TimeSpan.FromHours(1)), channel: c => c with { MaxWait = TimeSpan.FromDays(1) });
        await stage.SendAsync("1", "fails");
        (await stage.NextAsync()).Fail();
        await TestWait.UntilAsync(() => stage.Road.Get<Waits>().Count == 1);
        await stage.SendAsync("2", "works");
        var second = await stage.NextAsync();
        Assert.Equal("works", second.Request.Text.ToString());
        second.Answer("yes");
        var rows = await stage.DoneAsync(questions: 2);
        Assert.Equal(MessageState.Dropped, rows[0].State);
    }

    [Fact]
    public async Task Interrupt_RestartInTheMiddle_TheNewestIsAnsweredAndNoneIsLeft()
    {
        var folder = Directory.CreateTempSubdirectory("openclaw-busy-").FullName;
        try
        {
            var catalog = new FakeCatalog { Retry = Stage.Patient };
            await using (var stage = await Stage.StartAsync(BusyMode.Queue, catalog: catalog, folder: folder))
            {
                await stage.SendAsync("1", "a");
                await stage.NextAsync();
                await stage.SendAsync("2", "b");
                await stage.SendAsync("3", "c");
            }

            await using (var stage = await Stage.StartAsync(BusyMode.Interrupt, catalog: catalog, folder: folder))
            {
                while (true)
                {
                    // recovery brings them one by one: one before the newest may be asked before that is there, and its next attempt finds it
                    var asked = await stage.NextAsync();
                    if (asked.Request.Text.ToString() == "c")
                    {
                        asked.Answer("three");
                        break;
                    }

                    asked.Fail();
                }

                var rows = await stage.DoneAsync(questions: 3);
                Assert.Equal([MessageState.Dropped, MessageState.Dropped, MessageState.Answered], rows.Where(r => r.From == MessageFrom.User).Select(r => r.State));
            }
        }
        finally
        {
            TestFolder.Delete(folder);
        }
    }

    [Fact]
    public async Task Cancel_ByTheUsersClient_DropsWhatIsBeingAnsweredOrWaitsAndNothingElse()
    {
        await using var stage = await Stage.StartAsync(BusyMode.Queue, retry: new(8, TimeSpan.FromHours(1), TimeSpan.FromHours(1)), channel: c => c with { MaxWait = TimeSpan.FromDays(1) });
        stage.Watcher.Handle!.Cancel(); // nothing to cancel
        await stage.SendAsync("1", "a");
        var first = await stage.NextAsync();
        await stage.SendAsync("2", "b");
        stage.Watcher.Handle!.Cancel();
        var second = await stage.NextAsync();
        Assert.True(first.Token.IsCancellationRequested);
        second.Fail();
        await TestWait.UntilAsync(() => stage.Road.Get<Waits>().Count == 1);
        stage.Watcher.Handle!.Cancel();
        await TestWait.UntilAsync(async () => (await stage.Road.RowsAsync()).Count(r => r.State == MessageState.Dropped) == 2);
        await stage.SendAsync("3", "c");
        (await stage.NextAsync()).Answer("three");
        var rows = await stage.DoneAsync(questions: 3);
        Assert.Equal([MessageState.Dropped, MessageState.Dropped, MessageState.Answered], rows.Where(r => r.From == MessageFrom.User).Select(r => r.State));
    }

    /// <summary>Messages, failures, stops and restarts in any order: none is left unfinished, none has two answers, and nobody's order changes.</summary>
    [Theory]
    [InlineData(1, "Queue")]
    [InlineData(2, "Collect")]
    [InlineData(3, "Collect")]
    [InlineData(4, "Interrupt")]
    [InlineData(5, "Interrupt")]
    public async Task AnyOrder_OfWhatCanHappen_EveryMessageEndsOnce(int seed, string name)
    {
        var mode = Enum.Parse<BusyMode>(name);
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("openclaw-busy-").FullName;
        var catalog = new FakeCatalog { Retry = Stage.Patient };
        var sent = 0;
        try
        {
            for (var life = 0; life < 3; life++)
            {
                await using var stage = await Stage.StartAsync(mode, c => c with { Scope = SessionScope.Conversation }, catalog: catalog, folder: folder);
                stage.AnswerAtRandom(new Random(seed + life));
                for (var step = 0; step < 60; step++)
                {
                    var what = random.Next(20);
                    if (what == 0) await stage.SendAsync($"c{life}-{step}", "/help");
                    else if (what == 1) stage.Watcher.Handle!.Cancel();
                    else await stage.SendAsync($"m{life}-{step}", $"text {life} {step}", random.Next(3) switch { 0 => "bob", _ => "ada" });
                    if (what != 1) sent++;
                    if (random.Next(4) == 0) await Task.Delay(TimeSpan.FromMilliseconds(random.Next(4)), TimeProvider.System);
                }

                if (life < 2) continue; // killed in the middle
                var rows = await stage.DoneAsync(sent);
                var answered = rows.Where(r => r.From == MessageFrom.User && r.State == MessageState.Answered && r.Route?.Contains("together", StringComparison.Ordinal) != true).Select(r => (long?)r.Seq);
                Assert.Equal(answered.Order(), rows.Where(r => r.From == MessageFrom.Agent).Select(r => r.InReplyToSeq).Order());
                var answers = rows.Where(r => r.From == MessageFrom.Agent).OrderBy(r => r.Seq).Select(r => r.InReplyToSeq).ToList();
                Assert.Equal(answers.Order(), answers);
            }
        }
        finally
        {
            TestFolder.Delete(folder);
        }
    }

    private sealed class Stage : IAsyncDisposable
    {
        public static readonly RetryPolicy Patient = new(8, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        private readonly Channel<Asked> _asked;

        private Stage(Road road, ChannelModel channel, Watcher watcher, Channel<Asked> asked) => (Road, Channel, Watcher, _asked) = (road, channel, watcher, asked);

        public Road Road { get; }

        public ChannelModel Channel { get; }

        public Watcher Watcher { get; }

        public Guid Session { get; private set; }

        public TenantLoad Load => Road.Get<TenantLoads>().Of(Road.Catalog.Tenant.Id);

        public static async Task<Stage> StartAsync(BusyMode mode, Func<ChannelModel, ChannelModel>? channel = null, FakeCatalog? catalog = null, string? folder = null, RetryPolicy? retry = null)
        {
            catalog ??= new() { Retry = retry ?? Patient };
            if (catalog.FindAgent(catalog.Tenant.Id, "Scripted") is { } known) catalog.Replace(known with { Busy = mode }); // before recovery asks it
            var waiting = System.Threading.Channels.Channel.CreateUnbounded<Asked>();
            var road = await Road.StartAsync(catalog, folder, before: r => r.Agents.Answer = (request, sink, stop) => Asked.AskAsync(waiting, request, sink, stop));
            var place = catalog.Channels.Count > 0 ? catalog.Channels.First() : road.AddChannel(channel);
            var agent = catalog.FindAgent(catalog.Tenant.Id, "Scripted")!;
            if (agent.Busy != mode) catalog.Replace(agent with { Busy = mode });
            return new(road, place, await RoadTests.AttachAsync(road, place), waiting);
        }

        public async Task SendAsync(string id, string text, string user = "ada", IReadOnlyList<AttachmentRef>? attachments = null)
        {
            var outcome = await Road.Inbox.AcceptAsync(
                new InboundMessage
                {
                    Channel = Channel, ExternalId = id, Text = Utf8Text.From(text), Extras = attachments is null ? null : new(attachments),
                    Address = new("main", null, user, char.ToUpperInvariant(user[0]) + user[1..]),
                },
                default);
            Assert.True(outcome.Accepted);
            Session = outcome.SessionId;
        }

        public async Task<Asked> NextAsync() => await _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        /// <summary>The second request, with what came during the first.</summary>
        public async Task<Asked> CollectedAsync()
        {
            await SendAsync("1", "a");
            var first = await NextAsync();
            await SendAsync("2", "b");
            await SendAsync("3", "c");
            first.Answer("one");
            var second = await NextAsync();
            Assert.Equal("b\nc", second.Request.Text.ToString());
            return second;
        }

        public void AnswerAtRandom(Random random) => _ = Task.Run(async () =>
        {
            await foreach (var asked in _asked.Reader.ReadAllAsync())
            {
                var (wait, what) = (random.Next(5), random.Next(6));
                _ = Task.Delay(TimeSpan.FromMilliseconds(wait), TimeProvider.System).ContinueWith(_ =>
                {
                    if (what == 0) asked.Fail();
                    else asked.Answer("answer");
                }, TaskScheduler.Default);
            }
        });

        /// <summary>All rows, once every question has come to an end and nothing is counted as waiting any more.</summary>
        public async Task<List<Message>> DoneAsync(int questions)
        {
            List<Message> rows = [];
            await TestWait.UntilAsync(async () =>
            {
                rows = await Road.RowsAsync();
                var asked = rows.Where(r => r.From == MessageFrom.User).ToList();
                return asked.Count == questions && asked.TrueForAll(r => r.State is MessageState.Answered or MessageState.Dropped or MessageState.Dead);
            });
            await TestWait.UntilAsync(() => Load is { InMailboxes: 0, Waiting: 0 } && Road.Sessions.Undispatched == 0);
            return rows;
        }

        public ValueTask DisposeAsync() => Road.DisposeAsync();
    }

    private sealed class Asked(AgentRequest request, IAnswerSink sink, CancellationToken stop)
    {
        private readonly TaskCompletionSource<AgentOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public AgentRequest Request => request;

        public IAnswerSink Sink => sink;

        public CancellationToken Token => stop;

        public static async ValueTask<AgentOutcome> AskAsync(Channel<Asked> waiting, AgentRequest request, IAnswerSink sink, CancellationToken stop)
        {
            var asked = new Asked(request, sink, stop);
            waiting.Writer.TryWrite(asked);
            return await asked._outcome.Task.WaitAsync(stop);
        }

        public void Answer(string text) => _outcome.TrySetResult(AgentOutcome.Answer([new(Utf8Text.From(text))]));

        public void Fail(FailureKind kind = FailureKind.Transient) => _outcome.TrySetResult(AgentOutcome.Failed(kind, DeadLetterCauses.AgentError, "It failed."));
    }
}
