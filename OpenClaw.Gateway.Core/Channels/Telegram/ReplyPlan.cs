using System.Runtime.CompilerServices;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;
using OpenClaw.Gateway.Core.Channels.Telegram.Text;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>One message of a reply: a text, or a file or picture with a caption.</summary>
internal sealed record PlannedMessage(TelegramText Text, AttachmentRef? File = null, string? PictureUrl = null, InlineKeyboard? Buttons = null)
{
    public bool IsText => File is null && PictureUrl is null;
}

/// <summary>The messages that a reply becomes: the same for the same reply every time.</summary>
internal static class ReplyPlan
{
    private const string OnlyButtons = "Please choose:";
    private static readonly ConditionalWeakTable<OutgoingReply, IReadOnlyList<PlannedMessage>> Known = [];

    public static IReadOnlyList<PlannedMessage> Of(OutgoingReply reply) => Known.GetValue(reply, Make);

    private static IReadOnlyList<PlannedMessage> Make(OutgoingReply reply)
    {
        var (card, files) = (reply.Extras?.Card, reply.Extras?.Attachments ?? []);
        var picture = PictureOf(card);
        var text = MarkdownReader.Read(CardText.WithCard(reply.Text, picture is null ? card : card! with { ImageUrl = null }));
        var buttons = Keyboards.Of(reply);
        if (Keyboards.Left(reply) is { } left) text = text.Then(new(left, []));
        List<PlannedMessage> messages = [];
        if (!text.IsVisible && files.Count == 0 && picture is null && buttons is not null) text = new(OnlyButtons, []);
        var hasMedia = files.Count > 0 || picture is not null;
        // one caption says it all; else the text goes before
        var caption = hasMedia && text.IsVisible && text.FitsCaption ? text : null;
        if (caption is null && (text.IsVisible || !hasMedia)) messages.AddRange(TextSplitter.Split(text).Select(part => new PlannedMessage(part)));
        if (picture is not null) messages.Add(new(caption ?? TelegramText.Empty, PictureUrl: picture));
        foreach (var file in files) messages.Add(new(caption is not null && messages.Count == 0 ? caption : TelegramText.Empty, File: file));
        if (buttons is not null) messages[^1] = messages[^1] with { Buttons = buttons };
        return messages;
    }

    private static string? PictureOf(MessageCard? card) =>
        card?.ImageUrl is { Length: > 0 and <= 2_000 } url && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;
}
