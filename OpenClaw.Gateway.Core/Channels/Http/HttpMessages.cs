using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Http;

/// <summary>The listener of HTTP channels: from the API's form to the gateway's, and in.</summary>
internal sealed class HttpMessages(ChannelInbox inbox, IChannelAccess access)
{
    private const int LongestId = 400;
    private const int LongestButton = 2_000;
    private const int MostHops = 1_000;

    /// <summary>What is wrong with it: field and message. Empty = fine.</summary>
    public static IEnumerable<(string Field, string Message)> Check(HttpMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Id is not { Length: > 0 and <= LongestId }) yield return ("id", $"Your own id of the message is needed: 1 to {LongestId} characters, unique in the channel.");
        if (message.User?.Id is not { Length: > 0 and <= LongestId }) yield return ("user.id", $"The author's id is needed: 1 to {LongestId} characters.");
        if (message.User?.Name is { Length: > LongestId }) yield return ("user.name", $"Must have at most {LongestId} characters.");
        if (message.Conversation is { Length: 0 or > LongestId }) yield return ("conversation", $"Must have 1 to {LongestId} characters, or be absent: then it is the user's own.");
        if (message.Thread is { Length: 0 or > LongestId }) yield return ("thread", $"Must have 1 to {LongestId} characters, or be absent.");
        if (string.IsNullOrEmpty(message.Text) && message.Button is null) yield return ("text", "A text is needed, or a button.");
        if (message.Button is { Length: 0 or > LongestButton }) yield return ("button", $"Must have 1 to {LongestButton} characters.");
        if (message.Hops is < 0 or > MostHops) yield return ("hops", $"Must be 0 to {MostHops}, or absent.");
        if (message.Attachments is { Count: > 0 }) yield return ("attachments", "Channels of kind http take no files. Put a link to the file into the text.");
    }

    /// <summary>Takes one that <see cref="Check"/> finds nothing in. Durable or refused at return.</summary>
    public async ValueTask<HttpAccepted> AcceptAsync(ChannelModel channel, HttpMessage message, CancellationToken cancellationToken)
    {
        if (await inbox.FindAsync(channel, message.Id!, cancellationToken) is { } known) return new(known);
        var judged = await access.JudgeAsync(channel, message.User!.Id!, message.User.Name, cancellationToken);
        return judged.IsAllowed ? new(await BringAsync(channel, message, cancellationToken)) : new(AcceptOutcome.Refused(RefusalCode.NotAllowed, ReasonOf(judged)), judged.Code);
    }

    private ValueTask<AcceptOutcome> BringAsync(ChannelModel channel, HttpMessage message, CancellationToken cancellationToken) => inbox.AcceptAsync(
        new()
        {
            Channel = channel,
            Address = new(message.Conversation ?? message.User!.Id!, message.Thread, message.User!.Id!, message.User.Name),
            ExternalId = message.Id!,
            Text = Utf8Text.From(message.Text),
            Extras = ExtrasOf(message),
        },
        cancellationToken);

    private static string ReasonOf(AccessOutcome judged) =>
        judged.Tell ?? (judged.Code is { } code ? $"This person waits to be let in. The people who run this chat find them by the code {code}." : "This person may not write to this channel.");

    private static MessageExtras? ExtrasOf(HttpMessage message)
    {
        var sender = message is { Hops: > 0 } or { User.Bot: true } ? new MessageSender(message.Hops ?? 0, message.User?.Bot == true) : null;
        return message.Button is null && sender is null ? null : new(Button: message.Button, Sender: sender);
    }
}
