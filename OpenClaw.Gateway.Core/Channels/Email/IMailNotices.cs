using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>Short mails of the gateway itself: a pairing code, why something was not taken. They say that a program wrote them.</summary>
internal interface IMailNotices
{
    /// <summary>Answers a mail's sender, at most once a minute; what is more is left out. Whether it arrives does not matter to the mail.</summary>
    ValueTask SendAsync(ChannelModel channel, MailHead answered, string text, CancellationToken cancellationToken);
}
