using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>From mails to the gateway's messages.</summary>
internal static class MailMapper
{
    /// <summary>A message without its text and files.</summary>
    public static PlatformMessage Of(ChannelModel channel, MailFacts facts, MailPlace place)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(place);
        var (head, settings) = (facts.Head, EmailSettings.Of(channel));
        var others = head.To.Concat(head.Cc).Where(a => !MailJudge.IsOwn(a, settings) && a != head.From).Distinct(StringComparer.Ordinal).Count();
        return new()
        {
            Address = new(place.Thread, null, head.From, head.FromName),
            ExternalId = place.ExternalId,
            IsGroup = others > 1,
            // an answer to one of ours, or to the address that only ours have
            IsAddressed = head.To.Any(a => MailJudge.IsOwn(a, settings)) || (!place.IsNew && place.Answered is null or { IsOwn: true }),
            Extras = facts.Hops > 0 ? new(Sender: new(facts.Hops)) : null,
        };
    }

    public static PlatformMessage With(PlatformMessage message, MailFacts facts, MailText text, MailFiles files, string? choice)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(files);
        var head = facts.Head;
        var details = new MailDetails(
            head.Subject, head.To, head.Cc.Count > 0 ? head.Cc : null, head.Date, text.Quoted, text.Signature, files.Left.Count > 0 ? files.Left : null);
        return message with
        {
            Text = Utf8Text.From(text.Fresh),
            Extras = (message.Extras ?? new()) with { Attachments = files.Stored.Count > 0 ? [.. files.Stored] : null, Button = choice, Mail = details },
        };
    }
}
