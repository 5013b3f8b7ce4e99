using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>What a lane reads: which replies wait, how far each is, what it says.</summary>
internal sealed class DeliveryStore(ISystemDbFactory databases, IEntryIndex index)
{
    /// <summary>Replies that wait to be sent, in order of position, from above one; of all channels or one.</summary>
    public async Task<List<(Guid Channel, LaneItem Item)>> WaitingAsync(long above, Guid? channel, int limit, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        var rows = await db.Messages.AsNoTracking().Where(m => m.Pending == PendingWork.Send && m.Position > above && (channel == null || m.ChannelId == channel))
            .OrderBy(m => m.Position).Take(limit)
            .Select(m => new Waiting(m.Position, m.Id, m.TenantId, m.ChannelId, m.SessionId, m.Seq, m.At)).ToListAsync(cancellationToken);
        var positions = rows.ConvertAll(r => r.Position);
        var begun = await db.Deliveries.AsNoTracking().Where(d => positions.Contains(d.Position)).ToDictionaryAsync(d => d.Position, cancellationToken);
        var past = begun.Count == 0 ? Past.None : await PastAsync(db, [.. begun.Values.Select(d => d.MessageId)], cancellationToken);
        return rows.ConvertAll(r => (r.Channel, Item(r, begun.GetValueOrDefault(r.Position), past)));
    }

    /// <summary>What a reply says and where it goes; null when it does not wait any more.</summary>
    public async Task<OutgoingReply?> ReadAsync(long position, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        if (await db.Messages.AsNoTracking().FirstOrDefaultAsync(m => m.Position == position && m.Pending == PendingWork.Send, cancellationToken) is not { } row) return null;
        if (await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == row.SessionId, cancellationToken) is not { } session) return null;
        Message? question = null;
        if (row.InReplyToSeq is { } seq && await index.CatchUpAsync(row.SessionId, cancellationToken))
            question = await db.EntriesAt(row.SessionId, [seq]).FirstOrDefaultAsync(cancellationToken);
        return new()
        {
            Id = row.Id,
            SessionId = row.SessionId,
            Seq = row.Seq,
            From = row.From,
            Author = row.UserName,
            Text = Utf8Text.From(row.Text),
            Extras = MessageExtras.FromJson(row.Extras),
            At = row.At,
            Address = new(session.Conversation, session.Thread, question?.UserId ?? session.UserId, question?.UserId is null ? session.UserName : question.UserName),
            InReplyTo = question is null ? null : new(question.Id, question.Seq, question.ExternalId),
        };
    }

    /// <summary>Where a session's replies go; null when it is not there any more.</summary>
    public async Task<SessionAddress?> AddressAsync(Guid session, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.Sessions.AsNoTracking().Where(s => s.Id == session).Select(s => new SessionAddress(s.Conversation, s.Thread, s.UserId, s.UserName, null)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Since when the channel has been running again after a person had paused it; null when nobody did.</summary>
    public async Task<DateTimeOffset?> ResumedAtAsync(Guid channel, CancellationToken cancellationToken)
    {
        await using var db = databases.Create();
        return await db.SubjectStates.AsNoTracking().Where(s => s.SubjectId == channel && s.Flow != SubjectFlow.Paused).Select(s => s.FlowAt).FirstOrDefaultAsync(cancellationToken);
    }

    private static async Task<Past> PastAsync(GatewayDbContext db, Guid[] messages, CancellationToken cancellationToken)
    {
        var letters = await db.DeadLetters.AsNoTracking().Where(d => messages.Contains(d.MessageId))
            .Select(d => new PastLetter(d.Id, d.MessageId, d.State, d.ReplayId)).ToListAsync(cancellationToken);
        var attempts = await db.Attempts.AsNoTracking().Where(a => messages.Contains(a.MessageId))
            .Select(a => new PastAttempt(a.MessageId, a.Run, a.Number, a.Kind, a.StartedAt, a.EndedAt, a.Cause)).ToListAsync(cancellationToken);
        return new(letters.ToLookup(l => l.Message), attempts.ToLookup(a => a.Message));
    }

    private static LaneItem Item(Waiting row, Storage.Entities.Delivery? begun, Past past)
    {
        var item = new LaneItem
        {
            Position = row.Position, Id = row.Id, TenantId = row.Tenant, SessionId = row.Session, Seq = row.Seq, At = row.At,
            Parts = begun is null ? [] : PartState.FromJson(begun.Parts),
        };
        if (begun is null) return item;
        item.Run = past.Letters[row.Id].Count();
        var attempts = past.Attempts[row.Id].Where(a => a.Run == item.Run).OrderBy(a => a.Number).ToList();
        (item.Attempts, item.StartedAt, item.NextAt, item.PossibleDuplicate, item.Error) = (begun.Attempts, begun.StartedAt, begun.NextAt, begun.PossibleDuplicate, begun.Error);
        item.Failures = attempts.Count(a => a.EndedAt is not null && a.Kind != FailureKind.RateLimited);
        item.FirstAt = attempts.Count > 0 ? attempts[0].StartedAt : item.Attempts > 0 ? begun.StartedAt : null;
        item.Cause = attempts.Count > 0 ? attempts[^1].Cause : null;
        item.WasCutOff = begun.State == DeliveryStates.Started;
        if (past.Letters[row.Id].FirstOrDefault(l => l.State == DeadLetterStates.Replaying) is not { } letter) return item;
        (item.Letter, item.ReplayId, item.Since) = (letter.Id, letter.Replay, item.FirstAt ?? begun.StartedAt);
        return item;
    }

    private sealed record Waiting(long Position, Guid Id, Guid Tenant, Guid Channel, Guid Session, long Seq, DateTimeOffset At);

    private sealed record PastLetter(Guid Id, Guid Message, string State, Guid? Replay);

    private sealed record PastAttempt(Guid Message, int Run, int Number, FailureKind Kind, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Cause);

    private sealed record Past(ILookup<Guid, PastLetter> Letters, ILookup<Guid, PastAttempt> Attempts)
    {
        public static Past None { get; } = new(Array.Empty<PastLetter>().ToLookup(l => l.Message), Array.Empty<PastAttempt>().ToLookup(a => a.Message));
    }
}
