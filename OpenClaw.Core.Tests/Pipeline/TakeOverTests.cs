using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Pipeline;

/// <summary>An operator answers in the agent's place, and hands back.</summary>
public sealed class TakeOverTests
{
    private static readonly Guid Ada = Guid.CreateVersion7();

    [Fact]
    public async Task TakenOver_UserWrites_WaitsForTheOperatorAndIsAnsweredByThem()
    {
        await using var road = await Road.StartAsync();
        var (channel, session, watcher) = await StartedAsync(road);
        List<string> asked = Listen(road);

        Assert.True((await Control(road).TakeOverAsync(road.Catalog.Tenant.Id, session, Ada, "Ada", default)).IsDone);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "are you a robot?"), default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "3", "hello?"), default);
        await UntilAsync(() => Task.FromResult(road.Sessions.Undispatched == 1)); // the first is held and fills no bound, the second waits behind it
        Assert.Empty(asked);

        var answer = await PostAsync(road, session, "No, I am Ada.");
        Assert.NotNull(answer.Messages);
        Assert.Equal((MessageFrom.Operator, "No, I am Ada."), Of(await watcher.NextReplyAsync()));
        Assert.All((await road.RowsAsync()).Where(r => r.From == MessageFrom.User), r => Assert.Equal(MessageState.Answered, r.State));
        Assert.Equal(0, road.Sessions.Undispatched);

        Assert.True((await Control(road).ReleaseAsync(road.Catalog.Tenant.Id, session, "She wants a human.", default)).IsDone);
        await road.Inbox.AcceptAsync(Road.Message(channel, "4", "thanks"), default);
        Assert.Equal((MessageFrom.Agent, "thanks"), Of(await watcher.NextReplyAsync()));
        Assert.Equal(["thanks (She wants a human.)"], asked);
        await road.Inbox.AcceptAsync(Road.Message(channel, "5", "bye"), default);
        await watcher.NextReplyAsync();
        Assert.Equal("bye ()", asked[^1]); // a note is given once
    }

    [Fact]
    public async Task TakenOver_HandedBackUnanswered_TheAgentGetsWhatWaitedInOrder()
    {
        await using var road = await Road.StartAsync();
        var (channel, session, watcher) = await StartedAsync(road);
        var asked = Listen(road);
        await Control(road).TakeOverAsync(road.Catalog.Tenant.Id, session, Ada, "Ada", default);
        for (var i = 0; i < 3; i++) await road.Inbox.AcceptAsync(Road.Message(channel, $"m{i}", $"text {i}"), default);
        await Control(road).ReleaseAsync(road.Catalog.Tenant.Id, session, null, default);
        for (var i = 0; i < 3; i++) Assert.Equal($"text {i}", (await watcher.NextReplyAsync()).Text.ToString());
        Assert.Equal(["text 0 ()", "text 1 ()", "text 2 ()"], asked);
        Assert.Equal(0, road.Sessions.Undispatched);
    }

    [Fact]
    public async Task TakenOver_AgentIsAnswering_IsStoppedAndTheMessageWaits()
    {
        await using var road = await Road.StartAsync();
        var (channel, session, watcher) = await StartedAsync(road);
        var asked = new TaskCompletionSource();
        road.Agents.Answer = async (_, sink, stop) =>
        {
            sink.Delta(0, Utf8Text.From("half an ans"));
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return AgentOutcome.Answer([]);
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "slow"), default);
        await asked.Task;
        await Control(road).TakeOverAsync(road.Catalog.Tenant.Id, session, Ada, "Ada", default);
        await UntilAsync(async () => (await road.RowsAsync())[^1].State == MessageState.Accepted);
        // the row says so a moment before it is held
        await UntilAsync(async () => (await road.Sessions.FindAsync(road.Catalog.Tenant.Id, session, default))!.IsHeld && road.Sessions.Undispatched == 0);
        Assert.Contains("quiet", watcher.Told);
        Assert.Contains("delta 0:", watcher.Told); // what was shown of it is taken back

        await PostAsync(road, session, "I do this.");
        Assert.Equal((MessageFrom.Operator, "I do this."), Of(await watcher.NextReplyAsync()));
        Assert.Equal(MessageState.Answered, (await road.RowsAsync()).Single(r => r.Text == "slow").State);
        Assert.Equal(0, road.Sessions.Undispatched);
    }

    [Fact]
    public async Task TakenOver_Restart_MessagesStillWaitForTheOperator()
    {
        var catalog = new FakeCatalog();
        var folder = Directory.CreateTempSubdirectory("openclaw-taken-").FullName;
        try
        {
            Guid session;
            ChannelModel channel;
            await using (var road = await Road.StartAsync(catalog, folder))
            {
                (channel, session, _) = await StartedAsync(road);
                await Control(road).TakeOverAsync(catalog.Tenant.Id, session, Ada, "Ada", default);
                await road.Inbox.AcceptAsync(Road.Message(channel, "2", "waits"), default);
            }

            await using (var road = await Road.StartAsync(catalog, folder))
            {
                var asked = Listen(road);
                await UntilAsync(() => Task.FromResult(road.Sessions.Undispatched == 0));
                await PostAsync(road, session, "Here I am.");
                Assert.Equal([MessageState.Answered, MessageState.Answered], (await road.RowsAsync()).Where(r => r.From == MessageFrom.User).Select(r => r.State));
                Assert.Empty(asked);
            }
        }
        finally
        {
            TestFolder.Delete(folder);
        }
    }

    [Fact]
    public async Task Close_TakenOver_EndsTheEpisodeAndSettlesWhatWaited()
    {
        await using var road = await Road.StartAsync();
        var (channel, session, watcher) = await StartedAsync(road);
        await Control(road).TakeOverAsync(road.Catalog.Tenant.Id, session, Ada, "Ada", default);
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "waits"), default);
        await UntilAsync(() => Task.FromResult(road.Sessions.Undispatched == 0));
        Assert.True((await Control(road).CloseAsync(road.Catalog.Tenant.Id, session, "Ada", default)).IsDone);
        await watcher.EndedAsync();
        Assert.All((await road.RowsAsync()).Where(r => r.From == MessageFrom.User), r => Assert.Equal(MessageState.Answered, r.State));
        var next = await road.Inbox.AcceptAsync(Road.Message(channel, "3", "again"), default);
        Assert.Equal((1, false), (next.Seq, next.SessionId == session));
        Assert.NotNull((await Control(road).TakeOverAsync(road.Catalog.Tenant.Id, session, Ada, "Ada", default)).Reason);
        Assert.NotNull((await Control(road).ReopenAsync(road.Catalog.Tenant.Id, session, default)).Reason); // the user has gone on
    }

    [Fact]
    public async Task Reopen_NobodyWroteSince_TheNextMessageGoesOnInIt()
    {
        await using var road = await Road.StartAsync();
        var (channel, session, watcher) = await StartedAsync(road);
        await Control(road).CloseAsync(road.Catalog.Tenant.Id, session, "Ada", default);
        await watcher.EndedAsync();
        Assert.True((await Control(road).ReopenAsync(road.Catalog.Tenant.Id, session, default)).IsDone);
        var next = await road.Inbox.AcceptAsync(Road.Message(channel, "2", "again"), default);
        Assert.Equal((3, session), (next.Seq, next.SessionId));
        await using var db = road.Db();
        var row = Assert.Single(db.Sessions);
        Assert.Equal((SessionState.Active, (DateTimeOffset?)null), (row.State, row.EndedAt));
    }

    [Fact]
    public async Task Assign_WhileTheAgentAnswers_HoldsFromTheNextMessageOn()
    {
        await using var road = await Road.StartAsync();
        var (channel, session, watcher) = await StartedAsync(road);
        var other = road.Catalog.AddAgent("scripted", "Other");
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var agents = new List<string>();
        road.Agents.Answer = async (request, _, _) =>
        {
            lock (agents) agents.Add(request.Agent.Name);
            asked.TrySetResult();
            await answer.Task;
            return AgentOutcome.Answer([new(request.Text)]);
        };
        await road.Inbox.AcceptAsync(Road.Message(channel, "2", "two"), default);
        await asked.Task;
        await Control(road).AssignAsync(road.Catalog.Tenant.Id, session, other.Id, default);
        answer.SetResult();
        await watcher.NextReplyAsync();
        await road.Inbox.AcceptAsync(Road.Message(channel, "3", "three"), default);
        await watcher.NextReplyAsync();
        Assert.Equal(["Scripted", "Other"], agents);
        await Control(road).AssignAsync(road.Catalog.Tenant.Id, session, null, default);
        await using var db = road.Db();
        Assert.False(db.Sessions.Single().Assigned);
    }

    [Fact]
    public async Task Control_OfAnotherTenantsSession_IsNotFound()
    {
        await using var road = await Road.StartAsync();
        var (_, session, _) = await StartedAsync(road);
        var stranger = Guid.CreateVersion7();
        foreach (var outcome in new[]
        {
            await Control(road).TakeOverAsync(stranger, session, Ada, "Ada", default), await Control(road).ReleaseAsync(stranger, session, null, default),
            await Control(road).AssignAsync(stranger, session, null, default), await Control(road).CloseAsync(stranger, session, "Ada", default),
            await Control(road).ReopenAsync(stranger, session, default),
        })
            Assert.Equal((false, null), (outcome.IsDone, outcome.Reason));
    }

    private static ISessionControl Control(Road road) => road.Get<ISessionControl>();

    private static (MessageFrom, string) Of(MessageRecord entry) => (entry.From, entry.Text.ToString());

    private static ValueTask<AppendOutcome> PostAsync(Road road, Guid session, string text) =>
        road.Get<ISessionWriter>().AppendAsync(road.Catalog.Tenant.Id, session, MessageFrom.Operator, [new(Utf8Text.From(text))], null, default);

    private static List<string> Listen(Road road)
    {
        List<string> asked = [];
        road.Agents.Answer = (request, _, _) =>
        {
            lock (asked) asked.Add($"{request.Text} ({request.Note})");
            return new(AgentOutcome.Answer([new(request.Text)]));
        };
        return asked;
    }

    private static async Task<(ChannelModel Channel, Guid Session, Watcher Watcher)> StartedAsync(Road road)
    {
        var channel = road.AddChannel();
        var watcher = await RoadTests.AttachAsync(road, channel);
        var first = await road.Inbox.AcceptAsync(Road.Message(channel, "1", "hello"), default);
        await watcher.NextReplyAsync();
        return (channel, first.SessionId, watcher);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
