using Microsoft.EntityFrameworkCore;
using NSubstitute;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Portal.Tests.Fakes;

/// <summary>A migrated database with one tenant, its web chat and its echo agent, and a catalog that knows them.</summary>
internal sealed class PortalDatabase : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-portal-db-").FullName;
    private readonly IDatabase _database;

    private PortalDatabase()
    {
        _database = TestDatabases.Open(TestDatabases.Default, _folder, TimeProvider.System, pooling: false);
        var options = new DbOptions(_database);
        Tenants = new TenantDbFactory(options, _database);
        System = new SystemDbFactory(options, _database);
        Tenant = new(Guid.CreateVersion7(), "acme", "Acme", Suspended: false, new());
        Channel = new() { Id = Guid.CreateVersion7(), Tenant = Tenant, Kind = "websocket", Name = "Web chat", Enabled = true, Settings = default };
        Agent = new() { Id = Guid.CreateVersion7(), Tenant = Tenant, Kind = "echo", Name = "Echo", Enabled = true, Settings = default };
        Catalog.Tenants.Returns([Tenant]);
        Catalog.Channels.Returns([Channel]);
        Catalog.FindTenant(Tenant.Id).Returns(Tenant);
        Catalog.FindTenant("acme").Returns(Tenant);
        Catalog.FindChannel(Channel.Id).Returns(Channel);
        Catalog.FindAgent(Agent.Id).Returns(Agent);
    }

    public string Folder => _folder;

    public IDatabase Storage => _database;

    public ITenantDbFactory Tenants { get; }

    /// <summary>What <see cref="AddAsync"/> wrote is indexed.</summary>
    public IEntryIndex Index { get; } = new Current();

    public ISystemDbFactory System { get; }

    public ICatalog Catalog { get; } = Substitute.For<ICatalog>();

    public TenantModel Tenant { get; }

    public ChannelModel Channel { get; }

    public AgentModel Agent { get; }

    public static async Task<PortalDatabase> CreateAsync()
    {
        var database = new PortalDatabase();
        await using var db = database.System.Create();
        await db.Database.MigrateAsync();
        db.Add(new Tenant { Id = database.Tenant.Id, Slug = "acme", Name = "Acme" });
        db.Add(new Agent { Id = database.Agent.Id, TenantId = database.Tenant.Id, Kind = "echo", Name = "Echo", Enabled = true });
        await db.SaveChangesAsync();
        return database;
    }

    public async Task AddAsync(params object[] rows)
    {
        await using var db = System.Create();
        db.AddRange(rows);
        db.AddRange(rows.OfType<Message>().Select(m => new SessionEntry { SessionId = m.SessionId, Seq = m.Seq, Position = m.Position }));
        await db.SaveChangesAsync();
    }

    /// <summary>A session with one question for each text, answered by the same text; the last one dead if wanted.</summary>
    public async Task<Guid> AddSessionAsync(string user, string[] texts, bool dead = false, SessionState state = SessionState.Active)
    {
        var at = new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
        var session = new Session
        {
            Id = Guid.NewGuid(), TenantId = Tenant.Id, ChannelId = Channel.Id, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = user, UserName = user,
            State = state, AgentId = Agent.Id, LastSeq = texts.Length * 2, CreatedAt = at, LastActivityAt = at,
        };
        var positions = new MessagePosition(TimeProvider.System);
        var rows = new List<object> { session };
        for (var i = 0; i < texts.Length; i++)
        {
            var fails = dead && i == texts.Length - 1;
            var (position, id) = positions.Next();
            rows.Add(Row(session, position, id, (i * 2) + 1, MessageFrom.User, texts[i], fails));
            if (fails) rows.Add(DeadLetterOf(session, id));
            else (position, id) = positions.Next();
            if (!fails) rows.Add(Row(session, position, id, (i * 2) + 2, MessageFrom.Agent, texts[i], dead: false));
        }

        await AddAsync([.. rows]);
        return session.Id;
    }

    public ValueTask DisposeAsync()
    {
        (_database as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private Message Row(Session session, long position, Guid id, long seq, MessageFrom from, string text, bool dead) => new()
    {
        Position = position, Id = id, TenantId = Tenant.Id, ChannelId = Channel.Id, SessionId = session.Id, Seq = seq, From = from, Text = text,
        At = session.CreatedAt.AddSeconds(seq), State = dead ? MessageState.Dead : MessageState.Answered, RoutedAt = session.CreatedAt.AddSeconds(seq),
        DispatchedAt = session.CreatedAt.AddSeconds(seq), AnsweredAt = dead ? null : session.CreatedAt.AddSeconds(seq + 1), AgentId = Agent.Id, Attempts = 1,
        InReplyToSeq = from == MessageFrom.Agent ? seq - 1 : null, DeliveredAt = from == MessageFrom.Agent ? session.CreatedAt.AddSeconds(seq) : null,
        Route = """{"rule":null,"strategy":"static","agent":"Echo","why":"The tenant's default agent."}""",
    };

    private DeadLetter DeadLetterOf(Session session, Guid message) => new()
    {
        Id = Guid.CreateVersion7(), TenantId = Tenant.Id, Stage = Stages.Dispatched, Cause = DeadLetterCauses.AgentTimeout, Detail = "No answer within 60 seconds.", Attempts = 1,
        FirstAt = session.CreatedAt, LastAt = session.CreatedAt, Fingerprint = "f", Risk = "unknown", MessageId = message, SessionId = session.Id, ChannelId = Channel.Id,
        AgentId = Agent.Id, Payload = """{"text":"hello"}""", State = "open",
    };

    private sealed class Current : IEntryIndex
    {
        public ValueTask<bool> CatchUpAsync(Guid session, CancellationToken cancellationToken) => new(true);
    }
}
