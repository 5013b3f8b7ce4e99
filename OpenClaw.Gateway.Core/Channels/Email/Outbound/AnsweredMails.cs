using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Answers;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>Finds the mail that a reply answers, and what it said.</summary>
internal sealed class AnsweredMails(MailBook book, ISystemDbFactory databases, IEntryIndex index)
{
    private const int LookedAt = 50;

    /// <summary>Of ids that the gateway made for mails without a usable one.</summary>
    private const string Made = "-id.invalid>";

    /// <summary>The Message-ID as it stood in the mail; null where it had none. The gateway's own ids may have something behind it.</summary>
    public static string? IdOf(MailHead mail)
    {
        var id = mail.MessageId.IndexOf('>', StringComparison.Ordinal) is var end and > 0 ? mail.MessageId[..(end + 1)] : mail.MessageId;
        return id.EndsWith(Made, StringComparison.Ordinal) ? null : id;
    }

    /// <summary>
    /// The mail that the reply answers; where that is not told or not known any more, the newest that its person wrote in the thread, else the newest of anybody's.
    /// Null for a conversation without mails.
    /// </summary>
    public async ValueTask<KnownMail?> FindAsync(ChannelModel channel, OutgoingReply reply, CancellationToken cancellationToken)
    {
        if (reply.InReplyTo?.ExternalId is { } id && await book.FindAsync(channel, [id], cancellationToken) is [var answered, ..] && !answered.IsOwn) return answered;
        var thread = await book.LatestAsync(channel, reply.Address.Conversation, LookedAt, cancellationToken);
        return thread.FirstOrDefault(m => !m.IsOwn && m.UserId.Equals(reply.Address.UserId, StringComparison.OrdinalIgnoreCase))
            ?? thread.FirstOrDefault(m => !m.IsOwn)
            ?? thread.FirstOrDefault(m => m.ReplyId != reply.Id);
    }

    /// <summary>What it said, to be quoted; null when that is nowhere any more, or was nothing.</summary>
    public async ValueTask<QuotedMail?> QuoteAsync(OutgoingReply reply, KnownMail answered, CancellationToken cancellationToken)
    {
        if (reply.InReplyTo is not { } question || answered.IsOwn || !await index.CatchUpAsync(reply.SessionId, cancellationToken)) return null;
        await using var db = databases.Create();
        var row = await db.EntriesAt(reply.SessionId, [question.Seq]).Where(m => m.Id == question.Id && m.From == MessageFrom.User)
            .Select(m => new { m.Text, m.At, m.UserName }).FirstOrDefaultAsync(cancellationToken);
        if (row is null || string.IsNullOrWhiteSpace(row.Text)) return null;
        return new(answered.Head.FromName ?? row.UserName ?? answered.Head.From, answered.Head.Date ?? row.At, row.Text);
    }
}
