using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Bounces;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Bounces;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>
/// What is done with one mail: a message, a report on a reply, or held back with a reason. Settled when it returns; what throws is to be offered again.
/// </summary>
internal sealed partial class MailIntake(
    MailThreads threads, MailBook book, LoopSigns loops, MailChoices choices, BounceBook bounces, HeldMails held, IMailNotices notices, BlobIntake blobs, GatewayOptions options, TimeProvider time, ILogger<MailIntake> log)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>The most bytes that a mail may have: the largest file, in the letters that mails are made of, and some text.</summary>
    public long Most(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Math.Max(50L * 1024 * 1024, blobs.Most(channel.Tenant) * 2);
    }

    public MailLimits LimitsOf(ChannelModel channel) => MailLimits.Default with { TotalBytes = Most(channel) };

    /// <summary>Reads on where the header ends.</summary>
    public async Task<MailVerdict> TakeAsync(MailTurn turn, MailReader reader, MailHeader header, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(reader);
        var (channel, facts) = (turn.Channel, MailFacts.Of(header));
        if (header.Has(MailMarks.Test) && MailJudge.IsOwn(facts.Head.From, EmailSettings.Of(channel))) return MailVerdict.NotTaken;
        if (facts.HasNoSender) return await HoldAsync(turn, facts, MailJudge.Judge(header, facts, EmailSettings.Of(channel))!);
        var place = await threads.FindAsync(channel, facts, cancellationToken);
        if (turn.IsReleased) return await TakeMessageAsync(turn, reader, facts, place, cancellationToken);
        var reason = MailJudge.Judge(header, facts, EmailSettings.Of(channel)) ?? (place.IsOwn ? new HoldReason(HoldReason.Own, "It has the Message-ID of a mail that this channel sent.") : null);
        return reason is not null || AutoReplies.IsFromServer(header) || AutoReplies.IsAutoReply(header)
            ? await TakeReportAsync(turn, reader, facts, place, reason, cancellationToken)
            : await TakeMessageAsync(turn, reader, facts, place, cancellationToken);
    }

    /// <summary>What a program wrote: news of a reply, or nothing that is answered.</summary>
    private async Task<MailVerdict> TakeReportAsync(MailTurn turn, MailReader reader, MailFacts facts, MailPlace place, HoldReason? reason, CancellationToken cancellationToken)
    {
        var (channel, report, text) = (turn.Channel, MailReport.None, "");
        try
        {
            (report, text) = await MailReports.ReadAsync(reader, LimitsOf(channel), cancellationToken);
        }
        catch (MailLimitException)
        {
            // its header says enough: it is not answered
        }

        if (report.Kind is MailReportKind.DeliveryStatus or MailReportKind.Bounce or MailReportKind.Feedback)
        {
            if (await bounces.RecordAsync(channel, facts, report, text, cancellationToken) > 0) return MailVerdict.Report;
            return await HoldAsync(turn, facts, new(HoldReason.Automatic, "It reports on a mail that this channel has not sent, or not to that address."));
        }

        if (reason?.Name is null or HoldReason.Automatic && !place.IsNew) await bounces.RecordAnswerAsync(channel, facts, report, QuotedText.Split(text).Fresh, cancellationToken);
        return await HoldAsync(turn, facts, reason ?? new(HoldReason.Automatic, "A program wrote it, as its subject says. Such mails are never answered."));
    }

    private async Task<MailVerdict> TakeMessageAsync(MailTurn turn, MailReader reader, MailFacts facts, MailPlace place, CancellationToken cancellationToken)
    {
        var (channel, message) = (turn.Channel, MailMapper.Of(turn.Channel, facts, place) with { HasWaited = turn.HasWaited || turn.IsReleased });
        if (await turn.Connection.ScreenAsync(message, cancellationToken) is { } not) return await NotTakenAsync(turn, facts, not, cancellationToken);
        var files = new MailFiles(blobs, channel.Tenant);
        var isKept = false;
        try
        {
            var body = new MailBody(LimitsOf(channel));
            while (await reader.NextPartAsync(cancellationToken) is { } part)
                if (await body.TakeAsync(part, cancellationToken) is MailPartRole.Attachment or MailPartRole.Inline) await files.TakeAsync(part, cancellationToken);
            var text = MailText.Of(body.Text, facts.Head.Subject, channel.Tenant.Settings.MessageBytes(options.Limits), files.Stored.Count > 0);
            var hash = text.Hash();
            var choice = await choices.FindAsync(channel, place, text.Fresh, cancellationToken);
            if (channel.LoopGuard.Enabled && !turn.IsReleased && choice is null
                && await loops.FindAsync(channel, place, facts.Head, files.Stored.Count > 0 ? null : hash, text.IsShort, turn.Delay, cancellationToken) is { } loop) return await HoldAsync(turn, facts, loop);
            if (text.Whole is { } whole) await files.AddTextAsync(whole, MailText.WholeName, cancellationToken);
            // before it is accepted: its answer may be quick, and needs to know what it answers
            await book.AddAsync(channel, facts.Head, place.Thread, facts.Head.From, hash, null, cancellationToken, place.ExternalId);
            var outcome = await OfferAsync(turn, MailMapper.With(message, facts, text, files, choice), cancellationToken);
            isKept = outcome.Verdict == PlatformVerdict.Accepted;
            if (outcome.Verdict == PlatformVerdict.Refused) await HoldAsync(turn, facts, new(HoldReason.Refused, outcome.Tell ?? "The gateway has refused it."));
            return isKept ? MailVerdict.Taken : await NotTakenAsync(turn, facts, outcome, cancellationToken);
        }
        finally
        {
            if (!isKept) await files.DiscardAsync();
        }
    }

    /// <summary>Until the gateway takes it or never will.</summary>
    private async Task<PlatformOutcome> OfferAsync(MailTurn turn, PlatformMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var outcome = await turn.Connection.AcceptAsync(message, cancellationToken);
            if (outcome.IsSettled) return outcome;
            await Task.Delay(outcome.RetryAfter is { } wish && wish > RetryPause ? wish : RetryPause, time, cancellationToken);
        }
    }

    private async Task<MailVerdict> NotTakenAsync(MailTurn turn, MailFacts facts, PlatformOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Tell is { } tell) await notices.SendAsync(turn.Channel, facts.Head, tell, cancellationToken);
        return outcome.Verdict switch
        {
            PlatformVerdict.Duplicate => MailVerdict.Known,
            PlatformVerdict.Refused => MailVerdict.Held,
            _ => MailVerdict.NotTaken,
        };
    }

    private async Task<MailVerdict> HoldAsync(MailTurn turn, MailFacts facts, HoldReason reason)
    {
        await held.HoldAsync(turn.Channel, turn.Place, reason, facts.Head, turn.Mail.Size ?? 0, null);
        LogHeld(turn.Channel.Tenant.Id, turn.Channel.Id, turn.Place, reason.Name);
        return MailVerdict.Held;
    }

    [LoggerMessage(4601, LogLevel.Information, "A mail of tenant {Tenant}, channel {Channel}, at {Place} is held back: {Reason}")]
    private partial void LogHeld(Guid tenant, Guid channel, string place, string reason);
}
