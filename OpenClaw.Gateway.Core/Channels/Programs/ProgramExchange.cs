using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>The listener of programs' channels: brings a message in, and lets the program wait for what becomes of it.</summary>
internal sealed class ProgramExchange(IInbox inbox, ChannelInbox keyed, IChannelAccess access, ISessionHub sessions, IMessageWatches watches)
{
    /// <summary>Durable or refused at return. Sessions go by their name alone, whatever the channel's scope says.</summary>
    public async Task<ProgramTalk> SendAsync(ChannelModel configured, ProgramMessage message, CancellationToken cancellationToken)
    {
        var channel = configured with { Scope = SessionScope.Conversation };
        var inbound = InboundOf(channel, message);
        var talk = new ProgramTalk(watches, sessions.RootId(channel, inbound.Address), message.ExternalId) { Channel = channel.Id };
        try
        {
            talk.Accepted = await OfferAsync(inbound, message.IsKeyed, cancellationToken);
            return talk;
        }
        catch
        {
            talk.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a message that came before.</summary>
    public ProgramTalk Attach(ChannelModel channel, SessionAddress address, string externalId) =>
        new(watches, sessions.RootId(channel with { Scope = SessionScope.Conversation }, address), externalId) { Channel = channel.Id };

    private async Task<AcceptOutcome> OfferAsync(InboundMessage message, bool isKeyed, CancellationToken cancellationToken)
    {
        if (isKeyed && await keyed.FindAsync(message.Channel, message.ExternalId, cancellationToken) is { } known) return known;
        var judged = await access.JudgeAsync(message.Channel, message.Address.UserId, message.Address.UserName, cancellationToken);
        if (!judged.IsAllowed) return AcceptOutcome.Refused(RefusalCode.NotAllowed, judged.Tell ?? "This user may not write to this channel (access and allowed in the channel's settings).");
        // whoever has begun ends it: the program may go away, the message stays
        return isKeyed ? await keyed.AcceptAsync(message, cancellationToken) : await inbox.AcceptAsync(message, CancellationToken.None);
    }

    private static InboundMessage InboundOf(ChannelModel channel, ProgramMessage message) => new()
    {
        Channel = channel,
        Address = new(message.Conversation, null, message.UserId, message.UserName),
        ExternalId = message.ExternalId,
        Text = Utf8Text.From(message.Text),
        Extras = message.Files.Count == 0 && message.Hops == 0 && message.Choice is null
            ? null
            : new(message.Files.Count > 0 ? message.Files : null, Sender: message.Hops > 0 ? new(message.Hops) : null, Choice: message.Choice),
    };
}
