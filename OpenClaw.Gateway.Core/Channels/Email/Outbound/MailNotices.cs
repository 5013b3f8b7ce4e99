using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Answers;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Channels.Email.Threads;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <inheritdoc cref="IMailNotices"/>
internal sealed partial class MailNotices(MailPost post, MailBudget budget, MailRefusals refusals, TimeProvider time, ILogger<MailNotices> log) : IMailNotices
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<(Guid Channel, string To), DateTimeOffset> _told = new();

    public async ValueTask SendAsync(ChannelModel channel, MailHead answered, string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(answered);
        var settings = EmailSettings.Of(channel);
        if (MailSenders.IsUnread(answered.From) || MailSenders.IsList(answered.From) || MailIds.Base(answered.From).Equals(MailIds.Base(settings.Address), StringComparison.OrdinalIgnoreCase)) return;
        if (!SmtpAddress.TryParse(settings.Address, out var from) || !SmtpAddress.TryParse(answered.From, out var to)) return;
        if (refusals.Why(channel) is not null || !IsFirst(channel.Id, answered.From) || budget.Take(channel) is not null) return;
        using var timer = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await post.SendAsync(channel, from, [to], Compose(settings, from, new(to, answered.FromName), answered, text), noticesId: null, either.Token);
        }
        catch (Exception e) when (e is SmtpException or ChannelFaultException or DestinationForbiddenException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogNotSent(log, channel.Tenant.Id, channel.Id, e.Message);
        }
    }

    private OutgoingMail Compose(EmailSettings settings, SmtpAddress from, Mailbox to, MailHead answered, string text)
    {
        var body = MarkdownMail.Of(new() { Text = text });
        var id = AnsweredMails.IdOf(answered);
        return new()
        {
            From = new(from, settings.DisplayName),
            To = [to],
            Subject = AnswerSubject.Of(answered.Subject),
            Date = time.GetUtcNow(),
            MessageId = MailIds.OfReply(Guid.CreateVersion7(time.GetUtcNow()), settings.Address),
            InReplyTo = id,
            References = id is null ? answered.References : [.. answered.References, id],
            AutoSubmitted = AutoSubmittedKinds.Replied,
            Headers = [new(MailMarks.Hops, "1")],
            Text = body.Text,
            Html = body.Html,
        };
    }

    private bool IsFirst(Guid channel, string address)
    {
        var now = time.GetUtcNow();
        if (_told.Count >= MostRemembered)
            foreach (var old in _told.Where(t => now - t.Value >= Pause).Select(t => t.Key).ToList()) _told.TryRemove(old, out _);
        if (_told.Count >= MostRemembered) return false;
        var key = (channel, address.ToLowerInvariant());
        if (_told.TryGetValue(key, out var last) && now - last < Pause) return false;
        _told[key] = now;
        return true;
    }

    [LoggerMessage(4651, LogLevel.Information, "A notice of tenant {Tenant}, channel {Channel} was not sent: {Detail}")]
    private static partial void LogNotSent(ILogger log, Guid tenant, Guid channel, string detail);
}
