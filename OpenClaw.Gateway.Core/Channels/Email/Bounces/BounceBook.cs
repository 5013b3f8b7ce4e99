using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Email.Bounces;

/// <summary>
/// Joins what other systems report to the replies that it is about. Anybody can write a bounce: it counts only for a reply of ours that went to the address
/// that it names.
/// </summary>
internal sealed partial class BounceBook(MailBook book, MailKeys keys, Journal journal, IEventBus events, TimeProvider time)
{
    private const int LongestDetail = 2_000;
    private const int LongestStatus = 16;
    private const int MostQuoted = 20;
    private const int Looked = 50;
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(7);

    /// <summary>Writes down what is told of our replies; how much of it was joined to one. Durable at return.</summary>
    public async Task<int> RecordAsync(ChannelModel channel, MailFacts facts, MailReport report, string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(report);
        var candidates = await CandidatesAsync(channel, facts, report, text, cancellationToken);
        var joined = 0;
        foreach (var recipient in RecipientsOf(report, candidates))
        {
            if (VerdictOf(report, recipient) is not { } verdict) continue;
            var reply = candidates.FirstOrDefault(c => WentTo(c, recipient)) ?? await ByRecipientAsync(channel, facts, recipient, cancellationToken);
            if (reply is null) continue;
            var detail = recipient.Diagnostic ?? (report.Kind == MailReportKind.Feedback ? $"The recipient's provider passed on a complaint ({report.FeedbackType ?? "abuse"})." : text);
            await AddAsync(channel, facts.Head.MessageId, reply, recipient, verdict, detail);
            joined++;
        }

        return joined;
    }

    /// <summary>A program answered in a person's place; false when it answers none of ours.</summary>
    public async Task<bool> RecordAnswerAsync(ChannelModel channel, MailFacts facts, MailReport report, string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var recipient = new BounceRecipient(facts.Head.From, null, DeliveryAction.Unknown, null, null, null, BounceKind.None);
        var candidates = await CandidatesAsync(channel, facts, report, "", cancellationToken);
        var reply = candidates.FirstOrDefault(c => WentTo(c, recipient)) ?? await InThreadAsync(channel, facts, recipient, cancellationToken);
        if (reply is null) return false;
        await AddAsync(channel, facts.Head.MessageId, reply, recipient, DeliveryVerdict.AutoReply, text);
        return true;
    }

    /// <summary>Our replies that the report names: by the original's id, the envelope's, what it answers, and ids that its words quote.</summary>
    private async Task<List<KnownMail>> CandidatesAsync(ChannelModel channel, MailFacts facts, MailReport report, string text, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        if (report.OriginalMessageId is { } original) ids.Add(MailBook.KeyOf($"<{original}>"));
        if (Guid.TryParse(report.EnvelopeId, out var envelope)) ids.Add(MailIds.OfReply(envelope, EmailSettings.Of(channel).Address));
        ids.AddRange(facts.Answers);
        ids.AddRange(QuotedIds(text));
        var found = await book.FindAsync(channel, [.. ids.Distinct(StringComparer.Ordinal)], cancellationToken);
        return [.. found.Where(m => m.IsOwn)];
    }

    private static List<string> QuotedIds(string text)
    {
        List<string> found = [];
        foreach (var match in OwnId().EnumerateMatches(text))
        {
            if (found.Count == MostQuoted) break;
            found.Add($"<{text.AsSpan(match.Index, match.Length)}>");
        }

        return found;
    }

    /// <summary>Who complains is often blacked out: then it is whoever the reply went to, if that is one.</summary>
    private static IReadOnlyList<BounceRecipient> RecipientsOf(MailReport report, List<KnownMail> candidates) =>
        report.Recipients.Count == 0 && report.Kind == MailReportKind.Feedback && candidates is [{ Head: var head }, ..] && head.To.Concat(head.Cc).Distinct(StringComparer.Ordinal).ToList() is [var only]
            ? [new(only, null, DeliveryAction.Unknown, null, null, null, BounceKind.None)]
            : report.Recipients;

    private static DeliveryVerdict? VerdictOf(MailReport report, BounceRecipient recipient) => (report.Kind, recipient.Action, recipient.Kind) switch
    {
        (MailReportKind.Feedback, _, _) => DeliveryVerdict.Complaint,
        (_, DeliveryAction.Delayed, _) => DeliveryVerdict.Delayed,
        (_, _, BounceKind.Hard) => DeliveryVerdict.Hard,
        (_, _, BounceKind.Soft) => DeliveryVerdict.Soft,
        (_, DeliveryAction.Delivered or DeliveryAction.Relayed or DeliveryAction.Expanded, _) => DeliveryVerdict.Delivered,
        (_, DeliveryAction.Failed, _) => DeliveryVerdict.Soft,
        _ => null,
    };

    /// <summary>Nothing names the reply: the newest of the last days in the thread that the report was sent to, if it went to that address.</summary>
    private async Task<KnownMail?> ByRecipientAsync(ChannelModel channel, MailFacts facts, BounceRecipient recipient, CancellationToken cancellationToken) =>
        await InThreadAsync(channel, facts, recipient, cancellationToken) is { } found && time.GetUtcNow() - found.At < LooksBack ? found : null;

    private async Task<KnownMail?> InThreadAsync(ChannelModel channel, MailFacts facts, BounceRecipient recipient, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(channel, cancellationToken);
        foreach (var thread in facts.SentTo.Select(a => MailIds.ThreadIn(key, a)).OfType<string>().Distinct(StringComparer.Ordinal))
            if ((await book.LatestAsync(channel, thread, Looked, cancellationToken)).FirstOrDefault(m => m.IsOwn && WentTo(m, recipient)) is { } reply) return reply;
        return null;
    }

    private static bool WentTo(KnownMail reply, BounceRecipient recipient) =>
        reply.Head.To.Concat(reply.Head.Cc).Any(a => Is(a, recipient.Address) || (recipient.OriginalAddress is { } original && Is(a, original)));

    private static bool Is(string one, string other) => MailIds.Base(one).Equals(MailIds.Base(other.Trim()), StringComparison.OrdinalIgnoreCase);

    private async Task AddAsync(ChannelModel channel, string told, KnownMail reply, BounceRecipient recipient, DeliveryVerdict verdict, string detail)
    {
        var now = time.GetUtcNow();
        // the address that we wrote to: another system may have sent it on, and that is nobody's business here
        var address = reply.Head.To.Concat(reply.Head.Cc).First(a => Is(a, recipient.Address) || (recipient.OriginalAddress is { } original && Is(a, original)));
        var row = new DeliveryReport
        {
            Id = RowId.New(now), TenantId = channel.Tenant.Id, ChannelId = channel.Id, ReplyId = reply.ReplyId!.Value, SessionId = reply.SessionId ?? Guid.Empty,
            ExternalId = MailIds.Hash($"{told}\n{address}"), Recipient = address, Verdict = verdict,
            Status = recipient.Status is { Length: > 0 and <= LongestStatus } status ? status : null, Detail = MailFacts.Clean(detail, LongestDetail) ?? "", At = now,
        };
        object payload = new { message = row.ReplyId, recipient = row.Recipient, status = row.Status, bounce = "hard", detail = row.Detail };
        object metadata = new { stage = "delivered", cause = "bounced" };
        var isNew = await journal.WorkAsync((db, group) =>
        {
            if (db.DeliveryReports.AsNoTracking().Any(r => r.ReplyId == row.ReplyId && r.ExternalId == row.ExternalId)) return false;
            db.DeliveryReports.Add(row);
            db.SaveInJournal();
            if (verdict == DeliveryVerdict.Hard && group.Events is { IsOn: true } endpoints) endpoints.Tell(group, new(row.TenantId, EventTypes.ResponseFailed, row.ChannelId, row.SessionId, payload, metadata));
            return true;
        });
        if (isNew && verdict == DeliveryVerdict.Hard && events.IsHeard(row.TenantId)) events.Publish(row.TenantId, EventTypes.ResponseFailed, row.ChannelId, row.SessionId, payload, metadata);
    }

    /// <summary>A Message-ID of the form that replies have.</summary>
    [GeneratedRegex(@"[0-9a-f]{32}@[A-Za-z0-9.-]{1,255}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex OwnId();
}
