using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Holds;

/// <summary>
/// A legal hold as people see it. It keeps one session, or a user's sessions (with a channel: those of that channel alone), or a channel's.
/// </summary>
public sealed record HoldView(
    Guid Id, string Name, string? Reason, Guid? Session, string? User, Guid? Channel, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version)
{
    internal static HoldView Of(LegalHold row) => new(
        row.Id, row.Name, row.Reason, row.SessionId, row.UserId, row.ChannelId, row.CreatedBy, row.CreatedAt, row.UpdatedAt, row.Version);
}
