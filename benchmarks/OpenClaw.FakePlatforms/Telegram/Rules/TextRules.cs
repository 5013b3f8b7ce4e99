using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>A text without markup, and its entities.</summary>
internal sealed record FormattedText(string Text, JsonArray Entities);

/// <summary>Texts to 4096 and captions to 1024 UTF-16 units after entities parsing.</summary>
internal static class TextRules
{
    private const int LongestMessage = 4096;
    private const int LongestCaption = 1024;

    public static FormattedText Message(RequestFields fields)
    {
        var text = Parse(fields.Text("text") ?? "", fields.Text("parse_mode"), fields.Json("entities") as JsonArray);
        if (text.Text.Length == 0) throw Refusal.Broken("message text is empty");
        return text.Text.Length > LongestMessage ? throw Refusal.Broken("message is too long") : text;
    }

    public static string Draft(RequestFields fields)
    {
        var text = Parse(fields.Text("text") ?? "", fields.Text("parse_mode"), fields.Json("entities") as JsonArray);
        return text.Text.Length > LongestMessage ? throw Refusal.Broken("message is too long") : text.Text;
    }

    public static FormattedText? Caption(RequestFields fields) =>
        Caption(fields.Text("caption"), fields.Text("parse_mode"), fields.Json("caption_entities") as JsonArray);

    public static FormattedText? Caption(string? caption, string? parseMode, JsonArray? entities)
    {
        if (caption is not { Length: > 0 }) return null;
        var text = Parse(caption, parseMode, entities);
        if (text.Text.Length > LongestCaption) throw Refusal.Broken("message caption is too long");
        return text.Text.Length == 0 ? null : text;
    }

    private static FormattedText Parse(string text, string? parseMode, JsonArray? entities)
    {
        // what Telegram removes counts for nothing
        var clean = text.Replace("\r", "", StringComparison.Ordinal);
        if (parseMode is null && clean.Length != text.Length && entities is { Count: > 0 }) throw Refusal.Broken("entities are counted in a text with carriage returns, which are removed");
        var parsed = parseMode?.ToUpperInvariant() switch
        {
            null => new(clean, EntityRules.Check(clean, entities ?? [])),
            "HTML" => HtmlMarkup.Parse(clean),
            "MARKDOWNV2" => MarkdownMarkup.Parse(clean),
            "MARKDOWN" => MarkdownMarkup.ParseOld(clean),
            _ => throw Refusal.Broken("unsupported parse_mode"),
        };
        return EntityRules.Trim(parsed);
    }
}
