using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>What channels sign in with, the same for reading and sending.</summary>
internal sealed class MailTokens : IMailCredentials
{
    public const string PasswordFix = "Put the mailbox's password into password: an app password where the provider wants a second factor.";

    /// <inheritdoc />
    public ValueTask<MailCredentials> CredentialsAsync(ChannelModel channel, bool renew, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        var settings = EmailSettings.Of(channel);
        if (settings.OAuth is not null) throw new ChannelFaultException("not_configured", "Signing in by OAuth 2.0 is not part of this version.", "Use a password.", isFatal: true);
        return channel.Secrets.GetValueOrDefault(EmailSettings.PasswordSecret) is { Length: > 0 } password
            ? new(new MailCredentials.Password(settings.User, password))
            : throw new ChannelFaultException("not_configured", "The channel has no password.", PasswordFix, isFatal: true);
    }
}
