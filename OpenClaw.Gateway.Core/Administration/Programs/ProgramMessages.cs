using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Administration.Programs;

/// <summary>Which messages of a program's channel.</summary>
/// <param name="Conversation">Of this session; null = of all.</param>
/// <param name="Choice">For which these were chosen.</param>
/// <param name="States">In one of these states; null = in any.</param>
/// <param name="Since">Accepted then or later.</param>
/// <param name="Size">So many at most.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record ProgramFilter(string? Conversation, MessageChoice Choice, IReadOnlyList<MessageState>? States, DateTimeOffset? Since, int Size, long? After);

/// <summary>Reads what programs have sent and what became of it. What went to the archive is not found.</summary>
internal sealed class ProgramMessages(ITenantDbFactory databases, IEntryIndex index)
{
    /// <summary>So many of the newest messages are looked through for a page.</summary>
    private const int Window = 1_000;

    /// <summary>One message of that channel, or null.</summary>
    public async Task<ProgramRecord?> FindAsync(Guid tenant, Guid channel, Guid message, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        if (await MessageQueries.FindAsync(db, message, cancellationToken) is not { From: MessageFrom.User } row || row.ChannelId != channel) return null;
        return await RecordAsync(db, row, cancellationToken);
    }

    /// <summary>Messages of that channel, newest first.</summary>
    public async Task<ProgramPage> ListAsync(Guid tenant, Guid channel, ProgramFilter filter, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        await index.CatchUpAsync(Guid.Empty, cancellationToken);
        var sessions = db.Sessions.Where(s => s.ChannelId == channel && (filter.Conversation == null || s.Conversation == filter.Conversation)).OrderByDescending(s => s.LastActivityAt).Take(Window).Select(s => s.Id);
        var rows = await (from entry in db.SessionEntries
                          where sessions.Contains(entry.SessionId)
                          join message in db.Messages.AsNoTracking() on entry.Position equals message.Position
                          where message.From == MessageFrom.User
                          orderby message.Position descending
                          select message).Take(Window).ToListAsync(cancellationToken);
        var fitting = rows.Where(m => IsMeant(m, filter)).ToList();
        var page = fitting.Where(m => filter.After is not { } after || m.Position < after).Take(filter.Size + 1).ToList();
        var more = page.Count > filter.Size;
        List<ProgramRecord> items = [];
        foreach (var row in page.Take(filter.Size)) items.Add(await RecordAsync(db, row, cancellationToken));
        return new(items, more ? page[filter.Size - 1].Position.ToString(System.Globalization.CultureInfo.InvariantCulture) : null, fitting.Count);
    }

    /// <summary>Enabled agents and the tenant's pools, by name; of one name the agent.</summary>
    public async Task<IReadOnlyList<ProgramAgent>> AgentsAsync(Guid tenant, CancellationToken cancellationToken)
    {
        await using var db = databases.Create(tenant);
        var agents = await db.Agents.AsNoTracking().Where(a => a.Enabled).ToListAsync(cancellationToken);
        var pools = await db.Pools.AsNoTracking().Select(p => new { p.Id, p.Name, p.CreatedAt }).ToListAsync(cancellationToken);
        return
        [
            .. agents.Select(a => new ProgramAgent(a.Id, a.Name, IsPool: false, a.CreatedAt, Intents(a)))
                .Concat(pools.Select(p => new ProgramAgent(p.Id, p.Name, IsPool: true, p.CreatedAt, [])))
                .DistinctBy(a => a.Name, StringComparer.OrdinalIgnoreCase).OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private static IReadOnlyList<string> Intents(Agent agent) => System.Text.Json.JsonSerializer.Deserialize<string[]>(agent.Intents) ?? [];

    private static bool IsMeant(Message message, ProgramFilter filter) =>
        (filter.States?.Contains(message.State) ?? true) && (filter.Since is not { } since || ChangedAt(message) >= since)
        && MessageExtras.FromJson(message.Extras)?.Choice == filter.Choice;

    private async Task<ProgramRecord> RecordAsync(GatewayDbContext db, Message row, CancellationToken cancellationToken)
    {
        await index.CatchUpAsync(row.SessionId, cancellationToken);
        var session = await db.Sessions.AsNoTracking().FirstAsync(s => s.Id == row.SessionId, cancellationToken);
        var replies = await db.EntriesOf(row.SessionId, row.Seq).Where(m => m.InReplyToSeq == row.Seq).OrderBy(m => m.Seq).ToListAsync(cancellationToken);
        var letter = row.State != MessageState.Dead ? null
            : await db.DeadLetters.AsNoTracking().Where(d => d.MessageId == row.Id).OrderByDescending(d => d.Id).FirstOrDefaultAsync(cancellationToken);
        return new()
        {
            Id = row.Id,
            Session = row.SessionId,
            Conversation = session.Conversation,
            ExternalId = row.ExternalId ?? "",
            Text = row.Text,
            Extras = MessageExtras.FromJson(row.Extras),
            State = row.State,
            At = row.At,
            ChangedAt = ChangedAt(row),
            Replies = [.. replies.Select(r => new ProgramReply(r.Id, r.Text, MessageExtras.FromJson(r.Extras), r.UserName))],
            Cause = letter?.Cause,
            Detail = row.State is MessageState.Answered ? null : letter?.Detail ?? row.Error,
        };
    }

    private static DateTimeOffset ChangedAt(Message row) => row.AnsweredAt ?? row.DispatchedAt ?? row.At;
}
