using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Makes dead letters: what a person needs to understand a failure and to replay the message.</summary>
internal static class DeadLetters
{
    private const int MaxDetail = 4096;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static DeadLetter Of(MessageRecord message, string stage, string cause, string detail, Guid agent, DateTimeOffset now, string? risk = null)
    {
        detail = Cut(detail);
        return new DeadLetter
        {
            Id = RowId.New(now),
            TenantId = message.TenantId,
            Stage = stage,
            Cause = cause,
            Detail = detail,
            Attempts = message.Attempts,
            FirstAt = message.Effort is { FirstAt: > 0 and var first } ? Micros.ToTime(first) : message.DispatchedAt == 0 ? now : Micros.ToTime(message.DispatchedAt),
            LastAt = now,
            Fingerprint = LetterFingerprint.Of(stage, cause, message.ChannelId, agent, detail),
            Risk = risk ?? (message.Attempts == 0 ? DeadLetterRisks.NeverSent : RiskOf(cause)),
            MessageId = message.Id,
            SessionId = message.SessionId,
            ChannelId = message.ChannelId,
            AgentId = agent == Guid.Empty ? null : agent,
            Payload = JsonSerializer.Serialize(
                new { text = message.Text, attachments = message.Extras?.Attachments, button = message.Extras?.Button }, Json),
            State = cause is DeadLetterCauses.Poison or DeadLetterCauses.Loop ? DeadLetterStates.Quarantined : DeadLetterStates.Open,
            Position = message.Position,
            PreviousId = message.Replay?.LetterId,
            ReplayId = message.Replay?.ReplayId,
        };
    }

    /// <summary>As much of a detail as is kept.</summary>
    public static string Cut(string detail) => detail.Length > MaxDetail ? detail[..MaxDetail] : detail;

    /// <summary>An agent that answered has the message; of one that did not, nobody knows.</summary>
    public static string RiskOf(string cause) => cause switch
    {
        DeadLetterCauses.AgentError or DeadLetterCauses.AgentBadAnswer or DeadLetterCauses.AgentAnswerTooLarge or DeadLetterCauses.AgentNoAnswer or DeadLetterCauses.HandoffFailed => DeadLetterRisks.Sent,
        DeadLetterCauses.NoRoute or DeadLetterCauses.AgentUnavailable or DeadLetterCauses.DestinationForbidden => DeadLetterRisks.NeverSent,
        _ => DeadLetterRisks.Unknown,
    };
}
