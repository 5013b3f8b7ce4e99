namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>What events say of a message.</summary>
internal sealed record MessagePayload(Guid Message, long Seq, string From, string Text, DateTimeOffset At, string? ExternalId, Guid? InReplyTo, Guid? Agent, string State)
{
    public static MessagePayload Of(MessageRecord m) => new(
        m.Id, m.Seq, Lower(m.From), m.Text.ToString(), Micros.ToTime(m.At), m.ExternalId, m.InReplyTo?.Id, m.AgentId == Guid.Empty ? null : m.AgentId, Lower(m.State));

    private static string Lower<T>(T value) where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();
}
