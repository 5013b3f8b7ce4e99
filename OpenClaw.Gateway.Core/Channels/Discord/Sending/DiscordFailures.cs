using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>The one table from a refused call to what becomes of the reply.</summary>
internal static class DiscordFailures
{
    public static SendOutcome Of(DiscordException e)
    {
        var detail = e.Fix is null ? e.Message : $"{e.Message}\n{e.Fix}";
        return e.Kind switch
        {
            FailureKind.RateLimited => SendOutcome.TooMuchForOne(DeadLetterCauses.ChannelError, detail, e.RetryAfter),
            // the reply is not at fault: it waits until the channel has a token that holds
            FailureKind.Authentication => SendOutcome.Failed(FailureKind.Transient, DeadLetterCauses.ChannelUnavailable, detail, DeadLetterRisks.NeverSent),
            FailureKind.Forbidden => SendOutcome.Failed(FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden, detail, DeadLetterRisks.NeverSent),
            FailureKind.Permanent => SendOutcome.Failed(FailureKind.Permanent, DeadLetterCauses.ChannelRejected, detail, DeadLetterRisks.NeverSent),
            FailureKind.Timeout => SendOutcome.Failed(FailureKind.Timeout, DeadLetterCauses.ChannelTimeout, detail, DeadLetterRisks.Unknown),
            _ => SendOutcome.Failed(FailureKind.Transient, e.Status == 0 ? DeadLetterCauses.ChannelUnavailable : DeadLetterCauses.ChannelError, detail, e.NeverSent ? DeadLetterRisks.NeverSent : DeadLetterRisks.Unknown),
        };
    }
}
