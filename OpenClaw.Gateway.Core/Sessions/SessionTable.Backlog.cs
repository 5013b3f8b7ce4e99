using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>What waits in the mailboxes of a channel's sessions.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Messages">Accepted and not dispatched.</param>
/// <param name="OldestAt">When the oldest of them was accepted (<see cref="Micros"/>).</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Backlog(Guid Tenant, Guid Channel, int Messages, long OldestAt);

/// <content>What waits at this moment, for those who watch.</content>
internal sealed partial class SessionTable
{
    /// <summary>By channel, what no agent has been given yet. Walks over all sessions in memory: for a look every few seconds.</summary>
    public IReadOnlyCollection<Backlog> Backlogs()
    {
        var sums = new Dictionary<Guid, Backlog>();
        foreach (var session in _live.All()) Add(session);
        foreach (var (_, session) in _ended) Add(session);
        return sums.Values;

        void Add(LiveSession session)
        {
            var (count, oldest) = session.Waiting();
            if (count == 0) return;
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, session.ChannelId, out var exists);
            sum = exists ? sum with { Messages = sum.Messages + count, OldestAt = Math.Min(sum.OldestAt, oldest) } : new(session.TenantId, session.ChannelId, count, oldest);
        }
    }
}
