using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>A message that somebody sent, as the tester needs it.</summary>
public sealed record RecentMessage(Guid Id, Guid Channel, string User, string? UserName, string Text, bool HasAttachment, DateTimeOffset At, bool IsGroup = false, string? Subject = null);

/// <summary>What people wrote last: to try rules on.</summary>
public sealed class RecentMessages(ITenantDbFactory databases, IEntryIndex index)
{
    /// <summary>How far back a conversation is looked through for what its user said.</summary>
    private const int Depth = 6;

    /// <summary>The last message of each of the newest conversations.</summary>
    public async Task<IReadOnlyList<RecentMessage>> ListAsync(Guid tenant, int conversations = 10, CancellationToken cancellationToken = default)
    {
        await using var db = databases.Create(tenant);
        var sessions = await db.Sessions.AsNoTracking().OrderByDescending(s => s.LastActivityAt).Take(conversations).ToListAsync(cancellationToken);
        var found = new List<RecentMessage>();
        foreach (var session in sessions)
        {
            await index.CatchUpAsync(session.Id, cancellationToken);
            var entries = await db.EntriesBefore(session.Id, long.MaxValue, Depth).ToListAsync(cancellationToken);
            if (entries.FirstOrDefault(e => e.From == MessageFrom.User) is not { } said) continue;
            var extras = MessageExtras.FromJson(said.Extras);
            found.Add(new(said.Id, said.ChannelId, said.UserId ?? session.UserId, said.UserName ?? session.UserName, said.Text, extras?.Attachments is { Count: > 0 }, said.At, extras?.IsGroup == true, extras?.Mail?.Subject));
        }

        return found;
    }
}
