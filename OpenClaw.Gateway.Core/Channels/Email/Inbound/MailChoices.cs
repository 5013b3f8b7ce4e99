using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Buttons;
using OpenClaw.Gateway.Core.Channels.Email.Answers;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>Mails have no buttons to press: who writes the number or the words of one of those that our last mail offered has chosen it.</summary>
internal sealed class MailChoices(MailBook book, ButtonValues buttons)
{
    private const int LongestChoice = 400;
    private const int Looked = 5;

    /// <summary>The chosen button's value; null = the mail says something else.</summary>
    public async ValueTask<string?> FindAsync(ChannelModel channel, MailPlace place, string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(text);
        if (place.IsNew || text.Length > LongestChoice) return null;
        var offer = place.Answered is { IsOwn: true } answered ? answered : (await book.LatestAsync(channel, place.Thread, Looked, cancellationToken)).FirstOrDefault(m => m.IsOwn);
        return offer?.ReplyId is { } reply ? AnswerButtons.Chosen(text, await buttons.OfReplyAsync(channel, reply, cancellationToken))?.Value : null;
    }
}
