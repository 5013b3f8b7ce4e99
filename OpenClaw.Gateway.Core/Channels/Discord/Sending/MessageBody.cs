using System.Buffers.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Buttons;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>The JSON of messages. Nothing in a text can ping anybody.</summary>
internal static class MessageBody
{
    private const int MostCustomId = 100;
    private const int MostLabel = 80;
    private const int PerRow = 5;
    private const string Blank = "\u200b";

    /// <summary>Nobody is pinged, whatever the text says; not the author of what is answered either.</summary>
    private static readonly object NoMentions = new { parse = Array.Empty<string>() };

    /// <summary>Only a text.</summary>
    public static Dictionary<string, object?> Plain(string text) => new(StringComparer.Ordinal) { ["content"] = Said(text), ["allowed_mentions"] = NoMentions };

    /// <summary>A planned message.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="reply">The reply that its buttons belong to.</param>
    /// <param name="text">Its content, where that is not the planned one.</param>
    /// <param name="hasCard">Its card goes as an embed.</param>
    /// <param name="files">The files that go along.</param>
    public static Dictionary<string, object?> Of(PlannedMessage message, Guid reply, string text, bool hasCard, IReadOnlyList<AttachmentRef> files)
    {
        var body = Plain(text);
        if (hasCard && message.Card is { } card)
        {
            body["embeds"] = new[] { Embed.Of(card) };
            body["content"] = text;
        }
        else if (files.Count > 0 && text.Length == 0 && message.Buttons.Count == 0)
        {
            body["content"] = "";
        }

        if (message.Buttons.Count > 0) body["components"] = Rows(reply, message.Buttons);
        if (files.Count > 0) body["attachments"] = files.Select((file, i) => new { id = Snowflake.Text((ulong)i), filename = file.Name }).ToArray();
        return body;
    }

    /// <summary>Makes sure that Discord creates it once, however often it is sent within some minutes.</summary>
    public static void Once(Dictionary<string, object?> body, string nonce) => (body["nonce"], body["enforce_nonce"]) = (nonce, true);

    /// <summary>Shows what it answers; a message that is gone by then does not matter.</summary>
    public static void Answers(Dictionary<string, object?> body, string message) => body["message_reference"] = new { message_id = message, fail_if_not_exists = false };

    /// <summary>The nonce of a part: 22 characters of the 25 that there are.</summary>
    public static string Nonce(Guid part)
    {
        Span<byte> bytes = stackalloc byte[16];
        part.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The text of a card below a message's own.</summary>
    public static string WithCardAsText(PlannedMessage message) => CardText.WithCard(Utf8Text.From(message.Text), message.Card);

    private static string Said(string text) => string.IsNullOrWhiteSpace(text) ? Blank : text;

    private static object[] Rows(Guid reply, IReadOnlyList<MessageButton> buttons)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        return [.. buttons.Select((button, i) => Button(reply, i, button, used)).Chunk(PerRow).Select(row => (object)new { type = 1, components = row })];
    }

    private static object Button(Guid reply, int index, MessageButton button, HashSet<string> used)
    {
        // one id may stand in a message only once
        var id = ButtonValues.DataOf(reply, index, button.Value, MostCustomId);
        if (!used.Add(id)) used.Add(id = ButtonValues.DataOf(reply, index, button.Value, mostBytes: 0));
        return new { type = 2, style = 2, label = Label(button.Text), custom_id = id };
    }

    private static string Label(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "…";
        if (text.Length <= MostLabel) return text;
        var end = MostLabel - 1;
        if (char.IsLowSurrogate(text[end])) end--;
        return text[..end] + "…";
    }
}
