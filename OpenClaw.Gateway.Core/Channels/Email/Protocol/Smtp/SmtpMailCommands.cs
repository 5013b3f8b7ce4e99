using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>MAIL and RCPT with the parameters that the mail needs and the server offers.</summary>
internal static class SmtpMailCommands
{
    private const int MaxEnvelopeId = 100;

    public static bool AsksForNotices(SmtpEnvelope envelope, SmtpCapabilities offered) => envelope.Notices is not null && offered.Has("DSN");

    public static string Mail(SmtpEnvelope envelope, SmtpCapabilities offered)
    {
        var command = new StringBuilder("MAIL FROM:<").Append(envelope.From).Append('>');
        if (envelope.Size is { } size)
        {
            if (size > offered.MaxSize)
                throw new SmtpException(SmtpFailure.Permanent, SmtpStage.Sender, string.Create(CultureInfo.InvariantCulture, $"The mail server does not take mails of more than {offered.MaxSize} bytes; this one has {size}.")) { IsTooLarge = true };
            if (offered.Has("SIZE")) command.Append(CultureInfo.InvariantCulture, $" SIZE={size}");
        }

        if (envelope.NeedsUtf8)
            command.Append(offered.Has("SMTPUTF8") ? " SMTPUTF8" : throw Lacks("addresses with characters beyond ASCII (SMTPUTF8)"));
        if (envelope.EightBit || envelope.Utf8Headers)
            command.Append(offered.Has("8BITMIME") ? " BODY=8BITMIME" : throw Lacks("mails with bytes beyond ASCII (8BITMIME)"));
        if (!AsksForNotices(envelope, offered)) return command.ToString();
        command.Append(" RET=HDRS");
        if (envelope.Notices!.EnvelopeId is { Length: > 0 and <= MaxEnvelopeId } id) command.Append(" ENVID=").Append(Xtext(id));
        return command.ToString();
    }

    public static string Recipient(SmtpAddress to, bool notices)
    {
        if (!notices) return $"RCPT TO:<{to}>";
        var original = to.NeedsUtf8 ? "" : " ORCPT=rfc822;" + Xtext(to.ToString()); // what is not ASCII would need a type of its own that few know
        return $"RCPT TO:<{to}> NOTIFY=FAILURE,DELAY{original}";
    }

    private static SmtpException Lacks(string what) => new(SmtpFailure.Permanent, SmtpStage.Sender, $"The mail server does not take {what}.");

    /// <summary>RFC 3461 4: what is not plain is written in hexadecimal.</summary>
    private static string Xtext(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is > 32 and < 127 and not (byte)'+' and not (byte)'=') output.Append((char)value);
            else output.Append(CultureInfo.InvariantCulture, $"+{value:X2}");
        }

        return output.ToString();
    }
}
