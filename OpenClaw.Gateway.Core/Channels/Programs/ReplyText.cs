using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>An answer where there is nothing but text: the texts of its messages, and below them their cards, their buttons as lists, their files as links.</summary>
internal static class ReplyText
{
    private const string Between = "\n\n";

    public static string Of(IReadOnlyList<ProgramReply> replies, Func<AttachmentRef, string> link) =>
        string.Join(Between, replies.Select(r => r.Text).Concat(replies.Select(r => r.Extras).OfType<MessageExtras>().Select(e => Below(e, link))).Where(part => part.Length > 0));

    private static string Below(MessageExtras extras, Func<AttachmentRef, string> link)
    {
        var card = extras.Card is null ? "" : CardText.Of(extras.Card);
        var files = (extras.Attachments ?? []).Select(f => $"{(f.ContentType.StartsWith("image/", StringComparison.Ordinal) ? "!" : "")}[{f.Name.Replace("]", "\\]", StringComparison.Ordinal)}]({link(f)})");
        return string.Join(Between, new[] { CardText.WithButtons(card, extras.Buttons ?? []) }.Concat(files).Where(part => part.Length > 0));
    }
}
