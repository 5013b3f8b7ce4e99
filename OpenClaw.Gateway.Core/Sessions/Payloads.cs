using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>What events say of a session.</summary>
internal sealed record SessionPayload(Guid Session, string Conversation, string? Thread, string UserId, string? UserName, int Episode, string State, Guid? Agent, string? TakenBy)
{
    public static SessionPayload Of(SessionRecord s) => Of(s, s.Address);

    private static SessionPayload Of(SessionRecord s, SessionAddress address) => new(
        s.Id, address.Conversation, address.Thread, address.UserId, address.UserName, s.Episode, Enum.GetName(s.State)!.ToLowerInvariant(), s.AgentId == Guid.Empty ? null : s.AgentId,
        s.TakenAt == 0 ? null : s.TakenByName);
}
