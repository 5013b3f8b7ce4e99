using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>What a reply_markup may hold.</summary>
internal static class KeyboardRules
{
    private const int MostButtons = 100;

    private static readonly HashSet<string> Decoration = new(StringComparer.Ordinal) { "text", "icon_custom_emoji_id", "style" };
    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal) { "inline_keyboard", "keyboard", "remove_keyboard", "force_reply" };

    /// <summary>Any markup; null when there is none.</summary>
    public static JsonObject? Read(RequestFields fields)
    {
        var node = fields.Json("reply_markup");
        if (node is null) return null;
        if (node is not JsonObject markup || !markup.Any(p => Kinds.Contains(p.Key))) throw Refusal.Broken("object expected as reply markup");
        if (markup["inline_keyboard"] is { } rows) CheckInline(rows);
        return IsEmpty(markup) ? null : markup;
    }

    /// <summary>An inline keyboard, the only one that an edit may set.</summary>
    public static JsonObject? ReadInline(RequestFields fields)
    {
        var markup = Read(fields);
        return markup is null || markup.ContainsKey("inline_keyboard") ? markup : throw Refusal.Broken("inline keyboard expected");
    }

    private static bool IsEmpty(JsonObject markup) =>
        markup["inline_keyboard"] is JsonArray rows && rows.All(r => r is JsonArray { Count: 0 });

    private static void CheckInline(JsonNode node)
    {
        if (node is not JsonArray rows) throw Refusal.Broken("can't parse inline keyboard: field \"inline_keyboard\" must be an array of arrays");
        var count = 0;
        foreach (var row in rows)
        {
            if (row is not JsonArray buttons) throw Refusal.Broken("can't parse inline keyboard: field \"inline_keyboard\" must be an array of arrays");
            foreach (var button in buttons)
            {
                CheckButton(button as JsonObject ?? throw Refusal.Broken("can't parse inline keyboard button: object expected"));
                if (++count > MostButtons) throw Refusal.Broken("REPLY_MARKUP_TOO_LONG");
            }
        }
    }

    private static void CheckButton(JsonObject button)
    {
        if ((string?)button["text"] is not { Length: > 0 }) throw Refusal.Broken("can't parse inline keyboard button: field \"text\" must be of type String");
        var kinds = button.Where(p => !Decoration.Contains(p.Key) && p.Value is not null).Select(p => p.Key).ToList();
        if (kinds.Count == 0) throw Refusal.Broken("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard");
        if (kinds.Count > 1) throw Refusal.Broken("can't parse inline keyboard button: exactly one of the optional fields must be used");
        if (button["callback_data"] is { } data && Encoding.UTF8.GetByteCount((string)data!) is < 1 or > 64) throw Refusal.Broken("BUTTON_DATA_INVALID");
        if (button["url"] is { } url && !(Uri.TryCreate((string)url!, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "tg"))
            throw Refusal.Broken($"inline keyboard button URL '{(string)url!}' is invalid: wrong HTTP URL");
    }
}
