using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>Archived sessions as the archiving leaves them: rows, transcript and words, without the road that leads there.</summary>
internal sealed class PlantedArchive(ISystemDbFactory databases, IArchiveSearch search, string folder)
{
    private readonly MessagePosition _positions = new(TimeProvider.System);

    public ArchiveFiles Files { get; } = new(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = folder }, TimeProvider.System);

    /// <summary>A session whose user and agent say these texts in turn; ended at that time.</summary>
    public async Task<Guid> AddAsync(Guid tenant, Guid channel, DateTimeOffset at, string[] texts, string user = "ada", Guid? agent = null, bool isIndexed = true, SessionState state = SessionState.Archived)
    {
        var session = new Session
        {
            Id = Guid.NewGuid(), TenantId = tenant, ChannelId = channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = user, UserName = $"{user}'s name",
            State = state, AgentId = agent, LastSeq = texts.Length, CreatedAt = at.AddMinutes(-texts.Length), LastActivityAt = at, EndedAt = at,
        };
        var (row, words) = Write(session, Messages(session, texts));
        await using var db = databases.Create();
        db.AddRange(session, row);
        await db.SaveChangesAsync();
        if (isIndexed) await search.AddAsync([words], default);
        return session.Id;
    }

    /// <summary>Where the transcript of a session is.</summary>
    public string FileOf(ArchivedSession row) => Directory.EnumerateFiles(Path.Combine(folder, ArchiveFiles.Folder), $"{row.File:N}*", SearchOption.AllDirectories).Single();

    private (ArchivedSession Row, ArchiveText Words) Write(Session session, IReadOnlyList<Message> messages)
    {
        var id = Files.NewId(1);
        var words = new ArchiveWords();
        using var file = Files.Create(session.TenantId, id);
        using var writer = new TranscriptWriter(file.Stream, session);
        foreach (var message in messages)
        {
            writer.Write(message);
            words.Add(message);
        }
        var seal = writer.End();
        file.Commit();
        var row = new ArchivedSession
        {
            SessionId = session.Id, TenantId = session.TenantId, ChannelId = session.ChannelId, File = id, Messages = seal.Messages, Bytes = seal.Bytes, FileBytes = seal.FileBytes, Hash = seal.Hash,
            LastActivityAt = session.LastActivityAt, ArchivedAt = session.LastActivityAt.AddDays(30), RowsRemoved = true,
        };
        return (row, words.Of(session.TenantId, session.Id, session.LastActivityAt));
    }

    private List<Message> Messages(Session session, string[] texts) =>
    [
        .. texts.Select((text, i) =>
        {
            var (position, id) = _positions.Next();
            var isUser = i % 2 == 0;
            return new Message
            {
                Position = position, Id = id, TenantId = session.TenantId, ChannelId = session.ChannelId, SessionId = session.Id, Seq = i + 1, From = isUser ? MessageFrom.User : MessageFrom.Agent,
                Text = text, At = session.CreatedAt.AddMinutes(i), State = MessageState.Answered, InReplyToSeq = isUser ? null : i, DeliveredAt = isUser ? null : session.CreatedAt.AddMinutes(i),
                AgentId = session.AgentId, ExternalId = isUser ? $"c{i}" : null,
            };
        }),
    ];
}
