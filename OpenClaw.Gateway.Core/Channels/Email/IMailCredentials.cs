using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>What a channel signs in with at its servers, for reading and for sending.</summary>
internal interface IMailCredentials
{
    /// <summary>The password, or an access token that is good for some minutes at least. Throws <see cref="ChannelFaultException"/> when none can be had.</summary>
    /// <param name="channel">Whose.</param>
    /// <param name="renew">A server has just refused the last one: a new token is got once, however many ask.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<MailCredentials> CredentialsAsync(ChannelModel channel, bool renew, CancellationToken cancellationToken);

    /// <summary>Of a change of configuration: it is no more than a refresh token that the provider has exchanged. Nothing needs to be connected anew for it.</summary>
    bool IsExchange(ChannelModel before, ChannelModel now) => false;
}
