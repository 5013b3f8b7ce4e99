using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Api;

namespace OpenClaw.FakePlatforms.Telegram.Rules;

/// <summary>Entities as a bot gives them: inside the text in UTF-16 units, of known types, nested as the documentation allows.</summary>
internal static class EntityRules
{
    private const int Most = 100;

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline", "strikethrough",
        "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
    };

    /// <summary>May contain, and be part of, any other but code and pre.</summary>
    private static readonly HashSet<string> Styles = new(StringComparer.Ordinal) { "bold", "italic", "underline", "strikethrough", "spoiler" };

    private sealed record Range(string Type, int Start, int End);

    /// <returns>Those that count, sorted: more than 100 are ignored.</returns>
    public static JsonArray Check(string text, JsonArray entities)
    {
        var ranges = entities.Select(e => Read(text, e as JsonObject ?? throw Refusal.Broken("can't parse entities: an object is expected"))).ToList();
        CheckNesting([.. ranges.OrderBy(r => r.Start).ThenByDescending(r => r.End)]);
        return [.. entities.Take(Most).OrderBy(e => (int)e!["offset"]!).ThenByDescending(e => (int)e!["length"]!).Select(e => e!.DeepClone())];
    }

    /// <summary>Telegram removes white space at both ends; entities move along or go.</summary>
    public static FormattedText Trim(FormattedText text)
    {
        var trimmed = text.Text.Trim();
        if (trimmed.Length == text.Text.Length) return text;
        var start = text.Text.Length - text.Text.TrimStart().Length;
        JsonArray entities = [];
        foreach (var entity in text.Entities.OfType<JsonObject>())
        {
            var from = Math.Clamp((int)entity["offset"]! - start, 0, trimmed.Length);
            var to = Math.Clamp((int)entity["offset"]! + (int)entity["length"]! - start, 0, trimmed.Length);
            if (to == from) continue;
            var moved = entity.DeepClone();
            (moved["offset"], moved["length"]) = (from, to - from);
            entities.Add(moved);
        }

        return new(trimmed, entities);
    }

    private static Range Read(string text, JsonObject entity)
    {
        var type = (string?)entity["type"] ?? "";
        if (!Types.Contains(type)) throw Refusal.Broken($"can't parse entities: unsupported type \"{type}\"");
        if ((int?)entity["offset"] is not { } offset || (int?)entity["length"] is not { } length) throw Refusal.Broken("can't parse entities: offset and length must be specified");
        if (length <= 0) throw Wrong("has no length", type, offset, length);
        if (offset < 0 || offset + length > text.Length) throw Wrong($"is not inside the text of {text.Length} UTF-16 units", type, offset, length);
        if (SplitsPair(text, offset) || SplitsPair(text, offset + length)) throw Wrong("ends in a middle of a UTF-16 symbol", type, offset, length);
        if (type is "text_link" && (string?)entity["url"] is not { Length: > 0 }) throw Wrong("has no url", type, offset, length);
        if (type is "text_mention" && entity["user"] is not JsonObject) throw Wrong("has no user", type, offset, length);
        if (type is "custom_emoji" && (string?)entity["custom_emoji_id"] is not { Length: > 0 }) throw Wrong("has no custom_emoji_id", type, offset, length);
        return new(type, offset, offset + length);
    }

    private static void CheckNesting(List<Range> sorted)
    {
        Stack<Range> open = new();
        foreach (var range in sorted)
        {
            while (open.TryPeek(out var ended) && ended.End <= range.Start) open.Pop();
            if (open.TryPeek(out var outer))
            {
                if (range.End > outer.End) throw Wrong("overlaps another entity in part", range.Type, range.Start, range.End - range.Start);
                if (open.Any(o => !MayHold(o.Type, range.Type))) throw Wrong($"can't be inside {outer.Type}", range.Type, range.Start, range.End - range.Start);
            }

            open.Push(range);
        }
    }

    private static bool MayHold(string outer, string inner)
    {
        if (outer is "code" or "pre" || inner is "code" or "pre" && !IsQuote(outer)) return false;
        if (IsQuote(outer)) return !IsQuote(inner);
        return Styles.Contains(outer) || Styles.Contains(inner);
    }

    private static bool IsQuote(string type) => type is "blockquote" or "expandable_blockquote";

    private static bool SplitsPair(string text, int at) =>
        at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]);

    private static Refusal Wrong(string why, string type, int offset, int length) =>
        Refusal.Broken(string.Create(CultureInfo.InvariantCulture, $"can't parse entities: {type} entity at offset {offset} of length {length} {why}"));
}
