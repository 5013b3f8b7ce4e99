using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>
/// Asks, where a channel lets people in one by one, whether a signed user may come in. At the handshake and when the list changes, never for a message.
/// </summary>
internal sealed class PairingDoor(IChannelAccess access)
{
    /// <summary>The refusal, or null when they may come in, or everybody may.</summary>
    public async ValueTask<Refusal?> RefuseAsync(Admission admission, CancellationToken cancellationToken)
    {
        if (!admission.Settings.Pairing) return null;
        var judged = await access.JudgeAsync(admission.Channel, admission.Address.UserId, admission.Address.UserName, cancellationToken);
        if (judged.IsAllowed) return null;
        return judged.Code is not { } code ? Refusal.UserNotAllowed("You were not let in to this channel.")
            : Refusal.UserNotAllowed(judged.Tell ?? $"You wait to be let in. The people who run this chat find you by the code {code}.") with { Pairing = code };
    }

    /// <summary>Whether a user who is in may stay by the channel as it is now.</summary>
    public async ValueTask<bool> KeepsAsync(ChannelModel channel, SessionAddress address) =>
        !ChannelSettings.Of(channel).Pairing || (await access.JudgeAsync(channel, address.UserId, address.UserName, CancellationToken.None)).IsAllowed;
}
