using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Storage.Archive;

/// <summary>Archived sessions, and those who are still there.</summary>
public sealed class LiveArchiveTests
{
    [Fact]
    public async Task Message_ToAnArchivedSession_GoesOnInItWithItsHistory()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.Road.Journal.WorkAsync(db => db.Sessions.Where(s => s.Id == id).ExecuteUpdate(set => set.SetProperty(s => s.Context, """{"a":1}""")));
        await host.ExpireAsync();
        await host.ArchiveAsync();
        AgentRequest? asked = null;
        var history = 0;
        host.Road.Agents.Answer = (request, _, _) =>
        {
            (history, asked) = (request.History().Count, request);
            return new(AgentOutcome.Answer([new AgentReply(request.Text)]));
        };

        var outcome = await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "new", "again"), default);

        Assert.Equal((true, id, 5L), (outcome.Accepted, outcome.SessionId, outcome.Seq));
        await TestWait.UntilAsync(() => asked is not null);
        Assert.Equal("""{"a":1}""", System.Text.Encoding.UTF8.GetString(asked!.Context!));
        Assert.Equal(4, history);
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count == 6);
        Assert.Equal([1L, 2, 3, 4, 5, 6], (await host.Road.RowsAsync()).Select(r => r.Seq));
        Assert.Equal(SessionState.Active, (await host.SessionAsync(id)).State);
        Assert.Equal((null, 0), (await host.RowAsync(id), host.Files()));
    }

    [Fact]
    public async Task Message_SentTwice_IsKnownAlsoAfterTheArchive()
    {
        await using var host = await ArchiveHost.StartAsync();
        var first = await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "same", "hello"), default);
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count == 2);
        await host.ExpireAsync();
        Assert.Equal(1, (await host.ArchiveAsync()).Items);

        var again = await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "same", "hello"), default);

        Assert.Equal((true, true, first.MessageId, 1L), (again.Accepted, again.Duplicate, again.MessageId, again.Seq));
    }

    [Fact]
    public async Task Messages_ManyAtOnceToAnArchivedSession_KeepTheirOrder()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.ExpireAsync();
        await host.ArchiveAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, $"n{i}", $"{i}"), default).AsTask()));

        Assert.All(outcomes, o => Assert.Equal((true, id), (o.Accepted, o.SessionId)));
        var asked = (await host.Road.RowsAsync()).Where(r => r.Seq > 4 && r.From == MessageFrom.User).OrderBy(r => r.Seq).Select(r => r.Text);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), asked);
    }

    [Fact]
    public async Task Attach_ArchivedSession_IsReadFromTheTranscriptAndStaysThere()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada", 3);
        await host.ExpireAsync();
        await host.ArchiveAsync();

        var watcher = await OpenClaw.Core.Tests.Pipeline.RoadTests.AttachAsync(host.Road, host.Channel);
        Assert.Equal((id, 6L), (watcher.Handle!.SessionId, watcher.Handle.LastSeq));
        var entries = await watcher.Handle.ReadAsync(1, 200, default);
        Assert.Equal([2L, 3, 4, 5, 6], entries.Select(e => e.Seq));
        Assert.Equal((1L, "ada"), (entries[0].InReplyTo!.Seq, entries[0].InReplyTo!.ExternalId![..3]));
        Assert.Equal(SessionState.Archived, (await host.SessionAsync(id)).State);

        await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "new", "again"), default);
        Assert.Equal("again", (await watcher.NextReplyAsync()).Text.ToString());
        Assert.DoesNotContain("ended", watcher.Told);
    }

    [Fact]
    public async Task Archive_AgentStillAnswers_SessionIsLeft()
    {
        await using var host = await ArchiveHost.StartAsync();
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Road.Agents.Answer = async (request, _, _) =>
        {
            asked.TrySetResult();
            await answer.Task;
            return AgentOutcome.Answer([new AgentReply(request.Text)]);
        };
        await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "1", "hello"), default);
        await asked.Task;
        await host.ExpireAsync();
        Assert.Equal(0, (await host.ArchiveAsync()).Items);

        // also where no row says so
        await host.Road.Journal.WorkAsync(db => db.Messages.ExecuteUpdate(set => set.SetProperty(m => m.Pending, (PendingWork?)null)));
        Assert.Equal((0, 0), ((await host.ArchiveAsync()).Items, host.Files()));
        answer.SetResult();
        await TestWait.UntilAsync(async () => (await host.Road.RowsAsync()).Count == 2);
    }

    [Fact]
    public async Task Message_TranscriptUnreadable_NextEpisodeWithContextAndPreferences()
    {
        await using var host = await ArchiveHost.StartAsync();
        var id = await host.TalkAsync("ada");
        await host.Road.Journal.WorkAsync(db => db.Sessions.ExecuteUpdate(set => set.SetProperty(s => s.Context, """{"a":1}""").SetProperty(s => s.Preferences, """{"b":2}""")));
        await host.ExpireAsync();
        await host.ArchiveAsync();
        var row = (await host.RowAsync(id))!;
        await File.WriteAllTextAsync(host.FileOf(row), "something else");

        var outcome = await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "new", "again"), default);

        Assert.Equal((true, 1L), (outcome.Accepted, outcome.Seq));
        Assert.NotEqual(id, outcome.SessionId);
        await host.Road.Journal.FlushAsync();
        var next = await host.SessionAsync(outcome.SessionId);
        Assert.Equal((2, """{"a":1}""", """{"b":2}"""), (next.Episode, next.Context, next.Preferences));
        Assert.Equal(SessionState.Archived, (await host.SessionAsync(id)).State);
        Assert.Contains("cut off or changed", (await host.RowAsync(id))!.Fault, StringComparison.Ordinal);
        Assert.Equal(outcome.SessionId, (await host.Road.Inbox.AcceptAsync(Road.Message(host.Channel, "more", "more"), default)).SessionId);
    }

    [Fact]
    public async Task Socket_OpenWhileItsSessionIsArchived_GoesOnWithoutNoticing()
    {
        await using var road = await Road.StartAsync();
        await using var host = await SocketAsync(road);
        await using var client = await host.ConnectAsync("?own=true");
        await SayAsync(client, 1);
        for (var round = 1; round < 6; round++)
        {
            await ArchiveAsync(road, client.Session);
            if (round == 3) await ArchiveAsync(road, client.Session); // nothing more to do
            await SayAsync(client, (2 * round) + 1);
        }

        await using var db = road.Db();
        var session = await db.Sessions.SingleAsync();
        Assert.Equal((client.Session, SessionState.Active, (DateTimeOffset?)null), (session.Id, session.State, session.EndedAt));
    }

    [Fact]
    public async Task Socket_ComesBackToAnArchivedSession_IsSentWhatItMissed()
    {
        await using var road = await Road.StartAsync();
        await using var host = await SocketAsync(road);
        await using var first = await host.ConnectAsync();
        for (var i = 0; i < 300; i++) await first.SayAsync($"{i}");
        for (var i = 0; i < 300; i++) await first.UntilAsync("message");
        await ArchiveAsync(road, first.Session);

        await using var second = await host.ConnectAsync("?own=true&after=0", first.Resume);
        for (var seq = 1; seq <= 600; seq++) Assert.Equal(seq, (await second.UntilAsync("message")).GetProperty("seq").GetInt64());
        Assert.Empty(await road.RowsAsync());

        var id = await second.SayAsync("again");
        Assert.Equal((id, 601), ((await second.UntilAsync("ack")).GetProperty("id").GetString(), 601));
        Assert.Equal(602, (await second.UntilAsync("message")).GetProperty("seq").GetInt64());
        Assert.Equal(602, (await road.RowsAsync()).Count);
    }

    private static async Task SayAsync(SocketClient client, int seq)
    {
        var id = await client.SayAsync("hello");
        var ack = await client.ReceiveAsync() ?? throw new InvalidOperationException("Closed.");
        Assert.Equal(("ack", id, seq), (ack.GetProperty("type").GetString(), ack.GetProperty("id").GetString(), ack.GetProperty("seq").GetInt32()));
        Assert.Equal(seq + 1, (await client.UntilAsync("message")).GetProperty("seq").GetInt32());
    }

    /// <summary>As with timers of zero.</summary>
    private static async Task ArchiveAsync(Road road, Guid session)
    {
        await road.Journal.FlushAsync();
        await road.Sessions.MoveOnAsync([await IdleAsync(road, session)], SessionState.Dormant);
        await road.Sessions.MoveOnAsync([await IdleAsync(road, session)], SessionState.Expired);
        var progress = new JobProgress();
        await road.Get<OpenClaw.Gateway.Core.Maintenance.ArchiveSessions>().RunAsync(progress, default);
        await using var db = road.Db();
        Assert.Equal(SessionState.Archived, (await db.Sessions.SingleAsync()).State);
    }

    private static async Task<IdleSession> IdleAsync(Road road, Guid session)
    {
        await using var db = road.Db();
        var row = await db.Sessions.SingleAsync(s => s.Id == session);
        return new(row.Id, row.RootId, row.TenantId, DateTimeOffset.MaxValue);
    }

    private static Task<SocketHost> SocketAsync(Road road) => SocketHost.StartAsync(
        channel: road.AddChannel(c => c with
        {
            Settings = JsonElement.Parse("{}"), Secrets = SocketHost.MakeChannel(Guid.NewGuid()).Secrets, Timers = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null),
        }),
        more: services => services.AddSingleton<ISessionHub>(road.Get<SessionTable>()).AddSingleton(road.Get<IDirectInbox>()));
}
