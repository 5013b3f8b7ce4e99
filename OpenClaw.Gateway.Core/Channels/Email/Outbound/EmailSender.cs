using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>Sends replies as mails, one each, in answer to the mail that each is for.</summary>
internal sealed partial class EmailSender(
    AnsweredMails answered, MailBook book, MailKeys keys, MailPost post, MailBudget budget, MailRefusals refusals, RefusalReports reports, ICatalog catalog, IBlobStore blobs, IFileLinks links,
    ILogger<EmailSender> log) : IChannelSender, IChannelBudget
{
    /// <summary>Threads with longer names come from the API; answers to them begin a conversation of their own.</summary>
    private const int LongestThread = 64;

    public string Kind => EmailKind.Name;

    /// <summary>Servers count connections.</summary>
    public int MaxConcurrency => 4;

    /// <summary>For large files over slow lines.</summary>
    public TimeSpan Timeout => TimeSpan.FromMinutes(5);

    /// <summary>Reading may be down while sending works.</summary>
    public bool IsReady(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return refusals.Why(channel) is null;
    }

    public string? NotReadyBecause(ChannelModel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return refusals.Why(channel);
    }

    public TimeSpan? Budget(ChannelModel channel, OutgoingPart part)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return budget.Take(channel);
    }

    public IReadOnlyList<BudgetView> Look(Guid channel) => budget.Look(channel);

    public async ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(part);
        var (settings, reply) = (EmailSettings.Of(channel), part.Reply);
        if (!SmtpAddress.TryParse(settings.Address, out var from)) return Never("The channel's address is no e-mail address.");
        if (reply.Text.Length == 0 && reply.Extras is null or { Attachments: null or { Count: 0 }, Card: null, Buttons: null or { Count: 0 } }) return Never("The reply has nothing that can be seen.");

        var known = await answered.FindAsync(channel, reply, cancellationToken);
        var recipients = Recipients(channel, settings, reply, known);
        if (recipients.All.Count == 0) return Never("There is nobody to send it to: the mail that it answers names no address that a mail can be sent to, or only the channel's own.");
        var mail = new AnswerMail
        {
            Settings = settings,
            Reply = reply,
            Answered = known?.Head,
            Recipients = recipients,
            Quote = known is not null && settings.QuotesOriginal ? await answered.QuoteAsync(reply, known, cancellationToken) : null,
            Key = await keys.GetAsync(channel, cancellationToken),
            PossibleDuplicate = part.PossibleDuplicate,
        };
        if (reply.Address.Conversation.Length <= LongestThread) // before the server may have it: its answer may be here before ours is
            await book.AddAsync(channel, mail.Head, reply.Address.Conversation, mail.Head.To[0], MailIds.Hash(reply.Text.ToString()), (reply.Id, reply.SessionId), cancellationToken);
        return await SendAsync(channel, from, mail, cancellationToken);
    }

    /// <summary>With all files inside; where that is too much for the server, with links in place of the largest.</summary>
    private async ValueTask<SendOutcome> SendAsync(ChannelModel channel, SmtpAddress from, AnswerMail mail, CancellationToken cancellationToken)
    {
        var files = await AnswerFiles.OfAsync(channel.Tenant.Id, mail.Reply, blobs, cancellationToken);
        while (true)
        {
            try
            {
                var receipt = await post.SendAsync(channel, from, mail.Recipients.All, Compose(channel, mail, files), mail.Reply.Id.ToString("N"), cancellationToken);
                refusals.Remove(channel);
                if (receipt.Refused.Count > 0) await TellAsync(channel, mail.Reply, receipt.Refused);
                return SendOutcome.Sent(mail.MessageId);
            }
            catch (SmtpException e) when (e.IsTooLarge && !e.IsTemporary && files.Lighter(all: e.Stage is not SmtpStage.Sender) is { } lighter)
            {
                LogLinked(log, channel.Tenant.Id, channel.Id, mail.Reply.SessionId, mail.Reply.Id);
                files = lighter;
            }
            catch (SmtpException e)
            {
                return Fault(channel, e);
            }
            catch (ChannelFaultException e)
            {
                if (e.IsFatal) refusals.Add(channel, e.Message);
                return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.ChannelRejected, e.Message, DeadLetterRisks.NeverSent, e.RetryAfter);
            }
            catch (DestinationForbiddenException e)
            {
                return SendOutcome.Failed(FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden, e.Message, DeadLetterRisks.NeverSent);
            }
            catch (InvalidDataException e)
            {
                return SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.Internal, e.Message, DeadLetterRisks.NeverSent); // the next attempt sees what is there
            }
        }
    }

    private OutgoingMail Compose(ChannelModel channel, AnswerMail mail, AnswerFiles files) => mail.Compose(files.Files(channel.Tenant.Id, blobs), files.Words(channel.Tenant.Id, links));

    private SendOutcome Fault(ChannelModel channel, SmtpException fault)
    {
        if (fault.Failure is SmtpFailure.Authentication)
        {
            LogRefused(log, channel.Tenant.Id, channel.Id, fault.Message);
            refusals.Add(channel, fault.Message);
        }
        else if (SendFaults.IsTooMany(fault))
        {
            budget.Pause(channel, SendFaults.CoolDown);
        }

        return SendFaults.Of(fault);
    }

    /// <summary>Those who were refused, of several. The mail is out, so nothing that happens here may have it sent again.</summary>
    private async Task TellAsync(ChannelModel channel, OutgoingReply reply, IReadOnlyList<SmtpRefusal> refused)
    {
        try
        {
            await reports.AddAsync(channel, reply, refused);
        }
        catch (IOException e)
        {
            LogNotReported(log, e, channel.Tenant.Id, channel.Id, reply.SessionId, reply.Id);
        }
    }

    private MailRecipients Recipients(ChannelModel channel, EmailSettings settings, OutgoingReply reply, KnownMail? known)
    {
        if (known is { IsOwn: false }) return MailRecipients.Answering(known.Head, address => IsOwn(channel, settings, address), settings.RepliesToAll);
        var to = MailRecipients.Of(reply.Address.UserId, reply.Address.UserName);
        return to.To.Count > 0 || known is null ? to : MailRecipients.Of(known.UserId, null);
    }

    /// <summary>The channel's own address with whatever behind a plus sign, its user's name, and those of the tenant's other mail channels.</summary>
    private bool IsOwn(ChannelModel channel, EmailSettings settings, string address)
    {
        var bare = MailIds.Base(address);
        return Is(settings) || catalog.Channels.Any(c => c.Kind == EmailKind.Name && c.Tenant.Id == channel.Tenant.Id && Is(EmailSettings.Of(c)));

        bool Is(EmailSettings own) => bare.Equals(MailIds.Base(own.Address), StringComparison.OrdinalIgnoreCase) || bare.Equals(own.User, StringComparison.OrdinalIgnoreCase);
    }

    private static SendOutcome Never(string why) => SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, why, DeadLetterRisks.NeverSent);

    [LoggerMessage(4641, LogLevel.Information, "Files of reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} go as links: the mail server takes no mails of that size")]
    private static partial void LogLinked(ILogger log, Guid tenant, Guid channel, Guid session, Guid message);

    [LoggerMessage(4642, LogLevel.Warning, "The outgoing mail server does not let in tenant {Tenant}, channel {Channel}: {Detail}")]
    private static partial void LogRefused(ILogger log, Guid tenant, Guid channel, string detail);

    [LoggerMessage(4643, LogLevel.Error, "That recipients of reply {Message} of tenant {Tenant}, channel {Channel}, session {Session} were refused could not be written down")]
    private static partial void LogNotReported(ILogger log, Exception fault, Guid tenant, Guid channel, Guid session, Guid message);
}
