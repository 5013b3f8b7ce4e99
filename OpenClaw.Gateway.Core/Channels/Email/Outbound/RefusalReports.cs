using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>Writes down which of several recipients the own server refused: the others have the mail.</summary>
internal sealed class RefusalReports(Journal journal, TimeProvider time)
{
    private const int LongestDetail = 2_000;

    public Task AddAsync(ChannelModel channel, OutgoingReply reply, IReadOnlyList<SmtpRefusal> refused)
    {
        var now = time.GetUtcNow();
        var rows = refused.Select(r => Row(channel, reply, r, now)).ToList();
        return journal.WorkAsync(db =>
        {
            foreach (var row in rows.Where(row => !db.DeliveryReports.Any(r => r.ChannelId == row.ChannelId && r.ReplyId == row.ReplyId && r.ExternalId == row.ExternalId))) db.DeliveryReports.Add(row);
            db.SaveInJournal();
            return rows.Count;
        });
    }

    private static DeliveryReport Row(ChannelModel channel, OutgoingReply reply, SmtpRefusal refusal, DateTimeOffset now)
    {
        var (recipient, detail) = (refusal.Recipient.ToString().ToLowerInvariant(), string.Join(' ', refusal.Reply.Lines));
        return new()
        {
            Id = RowId.New(now),
            TenantId = channel.Tenant.Id,
            ChannelId = channel.Id,
            ReplyId = reply.Id,
            SessionId = reply.SessionId,
            ExternalId = MailIds.Hash($"refused:{reply.Id:N}:{recipient}"),
            Recipient = recipient,
            Verdict = refusal.Reply.IsTemporary ? DeliveryVerdict.Soft : DeliveryVerdict.Hard,
            Status = refusal.Reply.Enhanced,
            Detail = detail.Length <= LongestDetail ? detail : detail[..LongestDetail],
            At = now,
        };
    }
}
