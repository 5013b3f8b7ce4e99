using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>Makes the dead letter of a reply that cannot be sent.</summary>
internal static class DeliveryLetters
{
    private const int MaxDetail = 4_096;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static DeadLetter Of(LaneItem item, OutgoingReply? reply, Guid channel, string cause, string detail, DateTimeOffset now) => new()
    {
        Id = RowId.New(now),
        TenantId = item.TenantId,
        Stage = Stages.Delivered,
        Cause = cause,
        Detail = detail.Length > MaxDetail ? detail[..MaxDetail] : detail,
        Attempts = item.Attempts,
        FirstAt = item.FirstAt ?? item.At,
        LastAt = now,
        Fingerprint = LetterFingerprint.Of(Stages.Delivered, cause, channel, Guid.Empty, detail),
        Risk = item.PossibleDuplicate && PartState.Risk(item.Parts) != DeadLetterRisks.Sent ? DeadLetterRisks.Unknown : PartState.Risk(item.Parts),
        MessageId = item.Id,
        SessionId = item.SessionId,
        ChannelId = channel,
        Payload = JsonSerializer.Serialize(new { text = reply?.Text, attachments = reply?.Extras?.Attachments, buttons = reply?.Extras?.Buttons, card = reply?.Extras?.Card }, Json),
        State = DeadLetterStates.Open,
        Position = item.Position,
        PreviousId = item.Letter,
        ReplayId = item.ReplayId,
    };
}
