using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>What people read when a mailbox cannot be read: cause and fix.</summary>
internal static class EmailFaults
{
    public static ChannelFaultException Of(ImapException fault, EmailSettings settings)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentNullException.ThrowIfNull(settings);
        var (cause, fix, isFatal) = fault.Failure switch
        {
            ImapFailure.Unreachable when fault.Message.Contains("name cannot be resolved", StringComparison.Ordinal) =>
                ("address_unknown", "Check the name of the IMAP server (imapHost).", false),
            ImapFailure.Unreachable => ("unreachable", "Check the name and port of the IMAP server (imapHost, imapPort), and that this machine may reach it.", false),
            ImapFailure.Tls => ("certificate_refused",
                "Check imapPort and imapSecurity (993 is usually tls, 143 starttls). If the server has a certificate of its own making, allow it with acceptInvalidCertificates.", false),
            ImapFailure.Authentication when fault.IsTemporary => ("login_not_now", "Wait: the server cannot check the sign-in for the moment.", false),
            ImapFailure.Authentication => ("login_refused", settings.OAuth is null
                ? "Check the user and the password. Many providers want an app password for IMAP, or have IMAP switched off until it is allowed in the account's settings."
                : "Check that the account has allowed IMAP and that the token has its scope; get a new refresh token if need be.", true),
            ImapFailure.NoSuchMailbox => ("mailbox_missing", $"Check the name of the mailbox ({settings.Mailbox}), as the server has it.", true),
            ImapFailure.ReadOnly => ("mailbox_read_only", "Give the account the right to change the mailbox, or take processedFolder out of the settings.", false),
            ImapFailure.LimitReached => ("too_many_connections", "Close other programs that read this account, or raise the server's limit of connections.", false),
            ImapFailure.TimedOut => ("timed_out", "Wait; if it stays so, look at the mail server and the way to it.", false),
            ImapFailure.Closed => ("closed", (string?)null, false),
            ImapFailure.Protocol => ("protocol_error", "Check imapHost and imapPort: what answers there does not speak IMAP as it should.", false),
            _ => ("refused", (string?)"Read what the mail server said.", false),
        };
        return new(cause, fault.Message, fix, isFatal, inner: fault);
    }

    public static ChannelFaultException Of(DestinationForbiddenException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return new("destination_forbidden", fault.Message, $"Use a public address, or ask the owner of the installation to allow this one ({DestinationForbiddenException.Key}).", isFatal: true, inner: fault);
    }
}
