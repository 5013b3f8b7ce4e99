using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;

namespace OpenClaw.Gateway.Core.Channels;

/// <summary>
/// The way in for every platform's messages: only what is for the gateway, only from people who may write, each once, and under the id that the
/// conversation's sessions have.
/// </summary>
internal sealed class ChannelDoor(ChannelInbox inbox, IChannelAccess access, IConversationAliases aliases)
{
    /// <summary>Why a message would not be taken; null when it would, as far as can be told.</summary>
    public async ValueTask<PlatformOutcome?> ScreenAsync(ChannelModel channel, PlatformMessage message, CancellationToken cancellationToken)
    {
        // Its own messages and other bots' go on: the loop guard knows what to do with them.
        if (!ChannelRules.Of(channel).IsFor(message)) return new(PlatformVerdict.Ignored);
        if (await inbox.FindAsync(channel, message.ExternalId, cancellationToken) is { } known) return new(PlatformVerdict.Duplicate);
        var judged = await access.JudgeAsync(channel, message.Address.UserId, message.Address.UserName, cancellationToken);
        return judged.IsAllowed ? null : new(PlatformVerdict.NotAllowed, judged.Tell);
    }

    /// <summary>Durable, known, ignored or refused at return.</summary>
    public async ValueTask<PlatformOutcome> AcceptAsync(ChannelModel channel, PlatformMessage message, CancellationToken cancellationToken)
    {
        if (await ScreenAsync(channel, message, cancellationToken) is { } not) return not;
        var conversation = await aliases.RootAsync(channel, message.Address.Conversation, cancellationToken);
        var outcome = await inbox.AcceptAsync(
            new()
            {
                Channel = channel,
                Address = conversation == message.Address.Conversation ? message.Address : message.Address with { Conversation = conversation },
                ExternalId = message.ExternalId,
                Text = message.Text,
                HasWaited = message.HasWaited,
                Extras = message.IsGroup ? (message.Extras ?? new()) with { IsGroup = true } : message.Extras,
            },
            cancellationToken);
        return Of(outcome);
    }

    private static PlatformOutcome Of(in AcceptOutcome outcome) => outcome switch
    {
        { Accepted: true } => new(outcome.Duplicate ? PlatformVerdict.Duplicate : PlatformVerdict.Accepted),
        { Refusal: RefusalCode.Overloaded } => new(PlatformVerdict.TryLater, RetryAfter: outcome.RetryAfter ?? TimeSpan.FromSeconds(1)),
        { Refusal: RefusalCode.NotAllowed } => new(PlatformVerdict.TryLater, RetryAfter: TimeSpan.FromSeconds(30)), // switched off or suspended in this moment: it is not lost
        { Refusal: RefusalCode.RateLimited } => new(PlatformVerdict.Refused, outcome.RetryAfter is { } wait ? $"Too many messages: this one was not taken. Please try again in {Math.Ceiling(wait.TotalSeconds):0} s." : "Too many messages: this one was not taken."),
        { Refusal: RefusalCode.TooLarge } => new(PlatformVerdict.Refused, "This message is too long and was not taken."),
        _ => new(PlatformVerdict.Refused),
    };
}
