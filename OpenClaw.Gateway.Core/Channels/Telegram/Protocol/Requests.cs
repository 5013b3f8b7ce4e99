using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

/// <summary>A button under a message. <c>CallbackData</c>: 1 to 64 bytes.</summary>
internal sealed record InlineButton(string Text, string CallbackData);

/// <summary>Buttons under a message, in rows.</summary>
internal sealed record InlineKeyboard([property: JsonPropertyName("inline_keyboard")] IReadOnlyList<IReadOnlyList<InlineButton>> Rows);

/// <summary>The message that is answered.</summary>
internal sealed record ReplyParameters(long MessageId, bool AllowSendingWithoutReply = true);

/// <summary>Whether a link in the text is shown as a picture of its page.</summary>
internal sealed record LinkPreview(bool? IsDisabled = null, string? Url = null);

/// <summary>Where a message goes. A null topic: the chat itself, or its General topic.</summary>
internal sealed record TelegramPlace(long ChatId, long? TopicId = null);

/// <summary><c>sendMessage</c>, and with a <c>MessageId</c> <c>editMessageText</c>.</summary>
internal sealed record TextRequest
{
    public required long ChatId { get; init; }

    public long? MessageThreadId { get; init; }

    public long? MessageId { get; init; }

    public required string Text { get; init; }

    public IReadOnlyList<TelegramEntity>? Entities { get; init; }

    public LinkPreview? LinkPreviewOptions { get; init; }

    public ReplyParameters? ReplyParameters { get; init; }

    public InlineKeyboard? ReplyMarkup { get; init; }
}

/// <summary>A file to send: as <c>sendPhoto</c>, <c>sendVoice</c>, <c>sendAudio</c>, <c>sendVideo</c>, <c>sendAnimation</c> or <c>sendDocument</c>.</summary>
internal sealed record MediaRequest
{
    /// <summary>The field that the file goes in; makes the method's name.</summary>
    public required string Kind { get; init; }

    public required TelegramPlace Place { get; init; }

    /// <summary>Where Telegram shall fetch it; null: <see cref="Content"/>.</summary>
    public string? Url { get; init; }

    /// <summary>Its bytes; null: <see cref="Url"/>.</summary>
    public Stream? Content { get; init; }

    public string FileName { get; init; } = "file";

    public string ContentType { get; init; } = "application/octet-stream";

    public string? Caption { get; init; }

    public IReadOnlyList<TelegramEntity>? CaptionEntities { get; init; }

    public ReplyParameters? ReplyParameters { get; init; }

    public InlineKeyboard? ReplyMarkup { get; init; }

    public string Method => "send" + char.ToUpperInvariant(Kind[0]) + Kind[1..];
}

/// <summary>A line of the menu of commands.</summary>
internal sealed record BotCommand(string Command, string Description);

/// <summary>How requests are written: names in snake_case, what is null left out.</summary>
internal static class RequestJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
