using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime;

/// <summary>A mail to be written (RFC 5322, 2045 to 2047): text, or text and the same as HTML.</summary>
internal sealed record MailDraft
{
    public required SmtpAddress From { get; init; }

    public string? FromName { get; init; }

    public required SmtpAddress To { get; init; }

    public required string Subject { get; init; }

    public required string Text { get; init; }

    public string? Html { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Unique, without brackets and domain. The same for each try, so that a mail that arrives twice can be told.</summary>
    public required string Id { get; init; }

    /// <summary>Headers and body. All ASCII but for addresses that are not.</summary>
    public byte[] ToBytes()
    {
        var mail = new StringBuilder();
        mail.Append(CultureInfo.InvariantCulture, $"Date: {Date.ToUniversalTime():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n")
            .Append(HeaderText.Mailbox("From", FromName, From.ToString()))
            .Append(HeaderText.Mailbox("To", null, To.ToString()))
            .Append(HeaderText.Unstructured("Subject", Subject))
            .Append(CultureInfo.InvariantCulture, $"Message-ID: <{Id}@{From.Domain}>\r\n")
            .Append("Auto-Submitted: auto-generated\r\n") // RFC 3834: no holiday notice shall answer
            .Append("MIME-Version: 1.0\r\n");
        if (Html is null) Part(mail, "plain", Text);
        else Alternatives(mail, Html);
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    private void Alternatives(StringBuilder mail, string html)
    {
        var boundary = "=_" + Id; // quoted-printable never holds "=_"
        mail.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
        Part(mail, "plain", Text);
        mail.Append(CultureInfo.InvariantCulture, $"\r\n--{boundary}\r\n");
        Part(mail, "html", html);
        mail.Append(CultureInfo.InvariantCulture, $"\r\n--{boundary}--\r\n");
    }

    private static void Part(StringBuilder mail, string subtype, string content) =>
        mail.Append(CultureInfo.InvariantCulture, $"Content-Type: text/{subtype}; charset=utf-8\r\n")
            .Append("Content-Transfer-Encoding: quoted-printable\r\n\r\n")
            .Append(QuotedPrintable.Encode(content));
}
