using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Core.Tests.Storage.Contracts;

/// <summary>What a journal writer leaves of a group, the same on every database: the journal counts on it.</summary>
public sealed class JournalGroupTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-group-").FullName;
    private readonly Guid _tenant = Guid.CreateVersion7(), _channel = Guid.CreateVersion7(), _session = Guid.NewGuid();

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_HostileAndLongTexts_StoredAndReadAgain(string kind)
    {
        using var place = await OpenAsync(kind);
        string[] texts = ["", "plain", "a\0b", "\0", new('x', 100_000), "half \ud800 pair", "😀 \u202e عربي", "'; DROP TABLE \"Messages\"; --", "{\"a\":[1]}", "\\N \\x00 {}", "C:\\new\\table"];
        place.Write(group =>
        {
            group.Touch(SessionRow(userName: "na\0me"), 1);
            foreach (var (i, text) in texts.Index())
                group.NewMessages.Add(MessageRow(i + 1, text, external: $"id\0{i}"));
        });

        await using var db = place.Db();
        var read = await db.Messages.AsNoTracking().OrderBy(m => m.Position).Select(m => m.Text).ToListAsync();
        Assert.Equal(texts.Select(Readable), read.Select(Readable));
        Assert.Equal(texts.Length, await db.Messages.Select(m => m.ExternalId).Distinct().CountAsync());
        Assert.Equal("na\uFFFDme", Readable((await db.Sessions.AsNoTracking().SingleAsync()).UserName!));
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_EveryKindOfRow_IsThereAndIsWhatItWas(string kind)
    {
        using var place = await OpenAsync(kind);
        var (letter, attempt, webhook, carrier) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var session = SessionRow("Ada");
        var (question, reply) = (MessageRow(1, "question"), MessageRow(2, "answer", MessageFrom.Agent));
        reply.IsOutgoing = true;
        reply.State = MessageState.Answered;
        place.Write(group =>
        {
            group.Touch(session, 1);
            group.NewMessages.Add(question);
            group.NewMessages.Add(reply);
            group.Places.AddRange([new(_session, 1, 1), new(_session, 2, 2), new(_session, 2, 2)]);
            group.Attempts.Add(new() { Id = attempt, TenantId = _tenant, SessionId = _session, MessageId = question.Id, Number = 1, Run = 1, StartedAt = Day, Kind = FailureKind.Transient, Cause = "agent_timeout", Detail = "slow", Probe = true });
            group.DeadLetters.Add(Letter(letter, question.Id));
            group.EventDeliveries.Add(Event(carrier, webhook));
            group.Work.Add(db => db.Add(new InstallationValue { Name = "work", Value = "done" }));
            group.Work.Add(db => db.SaveInJournal());
            group.Floor = 77;
        });

        (question.State, question.Attempts, question.AnsweredAt, question.Error) = (MessageState.Answered, 2, Micros.From(Day), "none");
        (session.State, session.Changed) = (SessionState.Dormant, true);
        session.InGroup = false;
        place.Write(group =>
        {
            group.Touch(session, 1);
            group.ChangedMessages.AddRange([question, question]);
            group.Deliveries.AddRange([Way(2, "started", 1), Way(2, "waiting", 2), Way(99, "started", 1)]);
            group.ReplyEnds.AddRange([new(2, MessageState.Answered, Micros.From(Day), "r1", null), new(2, MessageState.Dead, 0, "r2", "late")]);
            group.LetterEnds.AddRange([new(letter, "replayed", Micros.From(Day)), new(letter, "open", 0)]);
            group.EventOutcomes.AddRange([Outcome(carrier, "pending", 1), Outcome(carrier, "delivered", 2), Outcome(carrier, "failed", 3)]);
        });

        await using var db = place.Db();
        var rows = await db.Messages.AsNoTracking().OrderBy(m => m.Position).ToListAsync();
        Assert.Equal((MessageState.Answered, 2, Day, "none", (PendingWork?)null), (rows[0].State, rows[0].Attempts, rows[0].AnsweredAt!.Value, rows[0].Error, rows[0].Pending));
        Assert.Equal((MessageState.Answered, "r1", Day, (PendingWork?)null), (rows[1].State, rows[1].Receipt, rows[1].DeliveredAt!.Value, rows[1].Pending));
        Assert.Equal(SessionState.Dormant, (await db.Sessions.SingleAsync()).State);
        Assert.Equal(2, await db.SessionEntries.CountAsync());
        var way = await db.Deliveries.SingleAsync();
        Assert.Equal((2L, "waiting", 2), (way.Position, way.State, way.Attempts));
        Assert.Equal("replayed", (await db.DeadLetters.SingleAsync(d => d.Id == letter)).State);
        var sent = await db.EventDeliveries.SingleAsync();
        Assert.Equal(("delivered", 2, (int?)200), (sent.State, sent.Attempts, sent.Status));
        Assert.True((await db.Attempts.SingleAsync()).Probe);
        Assert.Equal(["77", "done"], await db.InstallationValues.Where(v => v.Name == "work" || v.Name == "messages.indexed").OrderBy(v => v.Value).Select(v => v.Value).ToListAsync());
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_OneRowIsRefused_NothingOfTheGroupIsStored(string kind)
    {
        using var place = await OpenAsync(kind);
        place.Write(group => group.NewMessages.Add(MessageRow(5, "there")));
        Exception? refused = null;
        try
        {
            place.Write(group =>
            {
                group.Touch(SessionRow("Ada"), 1);
                group.NewMessages.AddRange([MessageRow(6, "new"), MessageRow(5, "again")]);
            });
        }
        catch (Exception e)
        {
            refused = e;
        }

        Assert.True(place.Database.IsEntryAtFault(refused!));
        Assert.Null(place.Writer.Unsettled);
        place.Reopen();
        place.Write(group => group.NewMessages.Add(MessageRow(7, "after")));
        await using var db = place.Db();
        Assert.Equal(["there", "after"], await db.Messages.OrderBy(m => m.Position).Select(m => m.Text).ToListAsync());
        Assert.Empty(await db.Sessions.ToListAsync());
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Write_WorkThrows_NothingIsStoredAndTheWriterGoesOn(string kind)
    {
        using var place = await OpenAsync(kind);
        Assert.ThrowsAny<Exception>(() => place.Write(group =>
        {
            group.NewMessages.Add(MessageRow(1, "with bad work"));
            group.Work.Add(_ => throw new InvalidOperationException("bad work"));
        }));
        Assert.Null(place.Writer.Unsettled);
        place.Reopen();
        place.Write(group => group.NewMessages.Add(MessageRow(2, "after")));
        await using var db = place.Db();
        Assert.Equal(["after"], await db.Messages.Select(m => m.Text).ToListAsync());
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task IndexMissing_EntriesWithoutAnIndex_AreIndexedOnce(string kind)
    {
        using var place = await OpenAsync(kind);
        place.Write(group =>
        {
            for (var i = 1; i <= 50; i++) group.NewMessages.Add(MessageRow(i, "m"));
            group.Places.Add(new(_session, 3, 3));
        });
        Assert.Equal(51, place.Writer.IndexMissing());
        Assert.Equal(51, place.Writer.IndexMissing());
        await using var db = place.Db();
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), await db.SessionEntries.Where(e => e.SessionId == _session).OrderBy(e => e.Seq).Select(e => e.Position).ToListAsync());
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Like_AnyCase_FoundEverywhere(string kind)
    {
        using var place = await OpenAsync(kind);
        place.Write(group => group.NewMessages.AddRange([MessageRow(1, "Hello World"), MessageRow(2, "100%"), MessageRow(3, "other")]));
        await using var db = place.Db();
        Assert.Equal([1L], await db.Messages.Where(m => EF.Functions.Like(m.Text, "%hello w%", "\\")).Select(m => m.Position).ToListAsync());
        Assert.Equal([2L], await db.Messages.Where(m => EF.Functions.Like(m.Text, "%\\%%", "\\")).Select(m => m.Position).ToListAsync());
        Assert.Empty(await db.Messages.Where(m => m.Text == "hello world").ToListAsync());
    }

    [Theory]
    [OnSqlite, OnPostgreSql, OnSqlServer]
    public async Task Order_NamesOfAllSorts_ByCodePoints(string kind)
    {
        using var place = await OpenAsync(kind);
        string[] names = ["Zoë", "apple", "Äpfel", "_x", "a b", "ab", "A", "é", "Z", "10", "9"];
        place.Write(group => group.NewMessages.AddRange(names.Select((n, i) => MessageRow(i + 1, "t", external: n))));
        await using var db = place.Db();
        Assert.Equal(names.Order(StringComparer.Ordinal), await db.Messages.OrderBy(m => m.ExternalId).Select(m => m.ExternalId!).ToListAsync());
    }

    public void Dispose() => TestFolder.Delete(_folder);

    private static string Readable(string text) => text.Replace('\0', '\uFFFD').Replace('\ud800', '\uFFFD');

    private SessionRecord SessionRow(string userName) => new()
    {
        Id = _session, RootId = Guid.NewGuid(), Episode = 1, Place = new(_tenant, _channel), Address = new("main", null, "ada", userName), State = SessionState.Active, CreatedAt = 1, LastActivityAt = 1,
    };

    private MessageRecord MessageRow(long position, string text, MessageFrom from = MessageFrom.User, string? external = null) => new()
    {
        Position = position, Id = Guid.CreateVersion7(), TenantId = _tenant, ChannelId = _channel, SessionId = _session, Seq = position, From = from, Text = Utf8Text.From(text), ExternalId = external,
        At = Micros.From(Day), State = MessageState.Accepted,
    };

    private DeadLetter Letter(Guid id, Guid message) => new()
    {
        Id = id, TenantId = _tenant, Stage = "dispatched", Cause = "agent_timeout", Detail = "slow", Attempts = 1, FirstAt = Day, LastAt = Day, Fingerprint = "f", Risk = "unknown", MessageId = message,
        SessionId = _session, ChannelId = _channel, Payload = "{}", State = "replaying", Position = 1,
    };

    private EventDelivery Event(Guid id, Guid webhook) => new()
    {
        Id = id, TenantId = _tenant, WebhookId = webhook, EventId = Guid.CreateVersion7(), Type = "message.accepted", Body = "{}", At = Day, State = "pending", NextAt = Day,
    };

    private Gateway.Core.Storage.Entities.Delivery Way(long position, string state, int attempts) => new()
    {
        Position = position, TenantId = _tenant, MessageId = Guid.CreateVersion7(), ChannelId = _channel, SessionId = _session, State = state, Attempts = attempts, StartedAt = Day,
    };

    private static EventOutcome Outcome(Guid id, string state, int attempts) => new(id, state, attempts, 0, Micros.From(Day), 200, 12, null);

    private async Task<Place> OpenAsync(string kind)
    {
        var place = new Place(TestDatabases.Open(kind, _folder, TimeProvider.System, pooling: false));
        await using var db = place.Db();
        await db.Database.MigrateAsync();
        place.Reopen();
        return place;
    }

    private sealed class Place(IDatabase database) : IDisposable
    {
        private readonly DbOptions _options = new(database);

        public IDatabase Database => database;

        public IJournalWriter Writer { get; private set; } = null!;

        public GatewayDbContext Db() => new SystemDbFactory(_options, database).Create();

        public void Reopen()
        {
            Writer?.Dispose();
            Writer = database.OpenJournal();
        }

        public void Write(Action<JournalGroup> fill)
        {
            var group = new JournalGroup();
            fill(group);
            Writer.Write(group);
            group.Clear();
        }

        public void Dispose()
        {
            Writer?.Dispose();
            (database as IDisposable)?.Dispose();
        }
    }
}
