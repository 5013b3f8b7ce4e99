using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

namespace OpenClaw.Gateway.Core.Administration.Mail;

/// <summary>Addresses that mail can be sent to and from.</summary>
public static class MailAddresses
{
    /// <summary>True for <c>name@example.org</c>, without a display name; quoted local parts are not taken.</summary>
    public static bool IsValid(string? text) => SmtpAddress.TryParse(text, out _);
}
