using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Outbound;

/// <summary>Hands mails to the channels' outgoing servers, over connections that are kept for the next one.</summary>
internal sealed class MailPost : IAsyncDisposable
{
    private readonly IMailCredentials _credentials;
    private readonly SmtpPool _pool;

    public MailPost(IMailCredentials credentials, OutgoingConnector connector, TimeProvider time) => (_credentials, _pool) = (credentials, new(connector.ConnectAsync, time));

    /// <summary>
    /// Sends one. Throws <see cref="SmtpException"/>; <see cref="ChannelFaultException"/> where the channel cannot sign in; <see cref="DestinationForbiddenException"/>.
    /// An access token that is refused is renewed once.
    /// </summary>
    public async Task<SmtpReceipt> SendAsync(ChannelModel channel, SmtpAddress from, IReadOnlyList<SmtpAddress> to, OutgoingMail mail, string? noticesId, CancellationToken cancellationToken)
    {
        var settings = EmailSettings.Of(channel);
        var writer = new MailMessageWriter(mail);
        var envelope = new SmtpEnvelope
        {
            From = from, To = to, Size = await writer.MeasureAsync(cancellationToken), Utf8Headers = writer.NeedsUtf8,
            Notices = noticesId is not null && settings.RequestsDsn ? new(noticesId) : null,
        };
        for (var renewed = settings.OAuth is null; ; renewed = true)
        {
            var credentials = await _credentials.CredentialsAsync(channel, renewed && settings.OAuth is not null, cancellationToken);
            try
            {
                return await _pool.SendAsync(MailEndpoints.Smtp(settings, credentials), envelope, writer.WriteAsync, cancellationToken);
            }
            catch (SmtpException e) when (e.Failure is SmtpFailure.Authentication && !renewed)
            {
                // the token may have been taken back before its time
            }
        }
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
