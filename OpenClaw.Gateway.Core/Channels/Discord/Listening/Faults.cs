using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Listening;

/// <summary>The one table from what is in a connection's way to what people are told and whether it is tried again soon.</summary>
internal static class Faults
{
    /// <summary>A call that was refused or did not get there.</summary>
    public static ChannelFaultException Of(DiscordException e) => e.Kind switch
    {
        FailureKind.Authentication => new("token_refused", e.Message, e.Fix, isFatal: true, inner: e),
        FailureKind.Forbidden => new("destination_forbidden", e.Message, e.Fix, isFatal: true, inner: e),
        FailureKind.RateLimited => new("rate_limited", e.Message, retryAfter: e.RetryAfter, inner: e),
        FailureKind.Permanent => new("api_refused", e.Message, e.Fix ?? "Check the channel's apiBaseUrl: Discord's own is " + DiscordSettings.PublicApi + ".", isFatal: true, inner: e),
        FailureKind.Timeout => new("connection_failed", e.Message, inner: e),
        _ => new("connection_failed", e.Message, e.Fix, retryAfter: e.RetryAfter, inner: e),
    };

    /// <summary>A connection that ended.</summary>
    public static ChannelFaultException Of(GatewayEnd end) => new(
        end.Code switch { 4004 => "token_refused", 4014 => "intent_missing", _ when end.Next == GatewayNext.Fatal => "gateway_refused", _ => "connection_lost" },
        end.Detail + ".", end.Fix, end.Next == GatewayNext.Fatal, end.Pause > TimeSpan.Zero ? end.Pause : null);
}
