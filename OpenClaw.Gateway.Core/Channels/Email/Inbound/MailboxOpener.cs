using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>Connects to a channel's IMAP server and signs in. Where a token is refused, a new one is tried once.</summary>
internal sealed class MailboxOpener(OutgoingConnector outgoing, IMailCredentials credentials, TimeProvider time, ImapTimeouts? timeouts = null)
{
    /// <summary>Throws <see cref="ImapException"/> or <see cref="ChannelFaultException"/>.</summary>
    public async Task<ImapConnection> OpenAsync(ChannelModel channel, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var settings = EmailSettings.Of(channel);
        if (settings.Imap.Host.Length == 0 || settings.Address.Length == 0)
            throw new ChannelFaultException("not_configured", "The channel has no address or no IMAP server.", "Set address and imapHost.", isFatal: true);
        try
        {
            return await OpenAsync(channel, settings, renew: false, cancellationToken);
        }
        catch (ImapException e) when (e is { Failure: ImapFailure.Authentication, IsTemporary: false } && settings.OAuth is not null)
        {
            return await OpenAsync(channel, settings, renew: true, cancellationToken);
        }
    }

    private async Task<ImapConnection> OpenAsync(ChannelModel channel, EmailSettings settings, bool renew, CancellationToken cancellationToken)
    {
        var endpoint = new ImapEndpoint
        {
            Host = settings.Imap.Host,
            Port = settings.Imap.Port,
            Security = settings.Imap.Security,
            Credentials = await credentials.CredentialsAsync(channel, renew, cancellationToken),
            AcceptAnyCertificate = settings.AcceptsInvalidCertificates,
            Timeouts = timeouts ?? new(),
        };
        try
        {
            return await ImapConnection.OpenAsync(endpoint, outgoing.ConnectAsync, time, cancellationToken);
        }
        catch (Exception e) when (DestinationForbiddenException.In(e) is { } forbidden)
        {
            throw EmailFaults.Of(forbidden);
        }
    }
}
