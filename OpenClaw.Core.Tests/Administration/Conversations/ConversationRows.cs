using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Administration.Conversations;

/// <summary>Rows as the journal would have written them.</summary>
internal sealed class ConversationRows(Guid tenant, Guid channel)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly MessagePosition _positions = new(new FixedClock());

    public Session Session(int minute, string user = "ada", SessionState state = SessionState.Active, Guid? agent = null, long lastSeq = 0) => new()
    {
        Id = Guid.NewGuid(), TenantId = tenant, ChannelId = channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = user,
        UserName = "Ada", State = state, AgentId = agent, LastSeq = lastSeq, CreatedAt = Start, LastActivityAt = Start.AddMinutes(minute),
    };

    public Message Message(Guid session, long seq, string text, MessageFrom from = MessageFrom.User, long? inReplyTo = null, MessageState state = MessageState.Answered)
    {
        var (position, id) = _positions.Next();
        return new()
        {
            Position = position, Id = id, TenantId = tenant, ChannelId = channel, SessionId = session, Seq = seq, From = from, Text = text,
            At = Start.AddSeconds(seq), State = state, InReplyToSeq = inReplyTo,
        };
    }

    public DeadLetter Dead(Message message, int second, string fingerprint = "f1", string state = "open") => new()
    {
        Id = Guid.CreateVersion7(Start.AddSeconds(second)), TenantId = tenant, Stage = Stages.Dispatched, Cause = DeadLetterCauses.AgentError, Detail = "503 from the agent",
        Attempts = 3, FirstAt = Start, LastAt = Start.AddSeconds(second), Fingerprint = fingerprint, Risk = "unknown", MessageId = message.Id,
        SessionId = message.SessionId, ChannelId = channel, Payload = """{"text":"hi"}""", State = state,
    };

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Start;
    }
}

internal sealed class PlainLinks : IFileLinks
{
    public string Create(Guid tenant, AttachmentRef attachment) => $"http://files/{attachment.Blob:N}";
}
