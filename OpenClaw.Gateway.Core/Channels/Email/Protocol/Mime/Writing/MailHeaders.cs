using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>The headers of a mail, up to those of its first part.</summary>
internal static class MailHeaders
{
    public static string Of(OutgoingMail mail)
    {
        var output = new StringBuilder();
        output.Append(CultureInfo.InvariantCulture, $"Date: {mail.Date.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n")
            .Append(HeaderText.Mailboxes("From", [mail.From]))
            .Append(HeaderText.Mailboxes("Sender", mail.Sender is { } sender && sender.Address != mail.From.Address ? [sender] : []))
            .Append(HeaderText.Mailboxes("Reply-To", mail.ReplyTo))
            .Append(mail.To.Count + mail.Cc.Count == 0 ? "To: undisclosed-recipients:;\r\n" : HeaderText.Mailboxes("To", mail.To))
            .Append(HeaderText.Mailboxes("Cc", mail.Cc))
            .Append(HeaderText.Unstructured("Subject", mail.Subject))
            .Append(HeaderText.Words("Message-ID", [MessageIds.Written(mail.MessageId) ?? throw new ArgumentException("This is no message id.", nameof(mail))]));
        if (MessageIds.Written(mail.InReplyTo) is { } answered) output.Append(HeaderText.Words("In-Reply-To", [answered]));
        if (MessageIds.Thread(mail.References) is { Count: > 0 } thread) output.Append(HeaderText.Words("References", thread));
        if (mail.AutoSubmitted is { } kind) output.Append(HeaderText.Unstructured("Auto-Submitted", kind));
        foreach (var (name, value) in mail.Headers)
            output.Append(HeaderText.Unstructured(MailHeaderNames.IsAllowed(name) ? name : throw new ArgumentException("A mail cannot be given a header of this name.", nameof(mail)), value));
        return output.Append("MIME-Version: 1.0\r\n").ToString();
    }
}
