using System.Globalization;
using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord.Rules;

/// <summary>What the platform's pages say of messages and no schema can.</summary>
internal static class MessageRules
{
    public const int ComponentsV2 = 1 << 15;

    private const int LongestContent = 2000;
    private const int LargestEmbeds = 6000;
    private const int Rows = 5;
    private const int ButtonsOfRow = 5;
    private const int LinkStyle = 5;

    private static readonly string[] Lists = ["embeds", "components", "sticker_ids", "attachments"];

    public static void Check(JsonObject body, string path, FormErrors errors)
    {
        var isV2 = ((int?)body["flags"] & ComponentsV2) > 0;
        if (Length(body["content"]) > LongestContent) errors.Add(Below(path, "content"), "BASE_TYPE_MAX_LENGTH", $"Must be {LongestContent} or fewer in length.");
        if (body["embeds"] is JsonArray embeds) CheckEmbeds(embeds, Below(path, "embeds"), errors);
        if (body["components"] is JsonArray components) CheckComponents(components, isV2, Below(path, "components"), errors);
        if (body["allowed_mentions"] is JsonObject allowed) CheckAllowed(allowed, Below(path, "allowed_mentions"), errors);
        if (isV2 && (Length(body["content"]) > 0 || body["embeds"] is JsonArray { Count: > 0 })) errors.Add(Below(path, "flags"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2");
    }

    /// <summary>Nothing that could be seen.</summary>
    public static bool IsEmpty(JsonObject body, int files) =>
        files == 0 && string.IsNullOrWhiteSpace((string?)body["content"])
        && Lists.All(f => body[f] is not JsonArray { Count: > 0 })
        && body["poll"] is null;

    private static void CheckEmbeds(JsonArray embeds, string path, FormErrors errors)
    {
        var total = 0;
        for (var i = 0; i < embeds.Count; i++)
        {
            if (embeds[i] is not JsonObject embed) continue;
            var here = Below(path, i.ToString(CultureInfo.InvariantCulture));
            var size = Length(embed["title"]) + Length(embed["description"]) + Length(embed["footer"]?["text"]) + Length(embed["author"]?["name"]);
            if (embed["fields"] is JsonArray fields)
            {
                for (var f = 0; f < fields.Count; f++)
                {
                    var field = Below(Below(here, "fields"), f.ToString(CultureInfo.InvariantCulture));
                    foreach (var part in new[] { "name", "value" })
                    {
                        var length = Length(fields[f]?[part]);
                        if (length == 0) errors.Add(Below(field, part), "BASE_TYPE_REQUIRED", "This field is required");
                        size += length;
                    }
                }
            }

            CheckLength(embed["title"], 256, Below(here, "title"), errors);
            CheckLength(embed["description"], 4096, Below(here, "description"), errors);
            CheckLength(embed["footer"]?["text"], 2048, Below(here, "footer.text"), errors);
            if (size == 0 && embed["image"] is null && embed["thumbnail"] is null) errors.Add(Below(here, "description"), "BASE_TYPE_REQUIRED", "This field is required");
            total += size;
        }

        if (total > LargestEmbeds) errors.Add(path, "MAX_EMBED_SIZE_EXCEEDED", $"Embed size exceeds maximum size of {LargestEmbeds}");
    }

    private static void CheckComponents(JsonArray components, bool isV2, string path, FormErrors errors)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        if (!isV2 && components.Count > Rows) errors.Add(path, "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {Rows} in length.");
        for (var i = 0; i < components.Count; i++)
        {
            var here = Below(path, i.ToString(CultureInfo.InvariantCulture));
            if (components[i] is not JsonObject row) continue;
            if (!isV2 && (int?)row["type"] != 1) errors.Add(Below(here, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,) without MessageFlags.IS_COMPONENTS_V2.");
            if ((int?)row["type"] == 1 && row["components"] is JsonArray controls) CheckRow(controls, Below(here, "components"), ids, errors);
        }
    }

    private static void CheckRow(JsonArray controls, string path, HashSet<string> ids, FormErrors errors)
    {
        if (controls.Count is 0 or > ButtonsOfRow) errors.Add(path, "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {ButtonsOfRow} in length.");
        if (controls.Count > 1 && controls.Any(c => (int?)c?["type"] != 2)) errors.Add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
        for (var i = 0; i < controls.Count; i++)
        {
            if (controls[i] is not JsonObject control) continue;
            var here = Below(path, i.ToString(CultureInfo.InvariantCulture));
            var id = (string?)control["custom_id"];
            if (id is not null && !ids.Add(id)) errors.Add(Below(here, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
            if ((int?)control["type"] == 2) CheckButton(control, id, here, errors);
        }
    }

    private static void CheckButton(JsonObject button, string? id, string path, FormErrors errors)
    {
        var isLink = (int?)button["style"] == LinkStyle;
        if (isLink && button["url"] is null) errors.Add(Below(path, "url"), "BASE_TYPE_REQUIRED", "This field is required");
        if (isLink && id is not null) errors.Add(Below(path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified");
        if (!isLink && (int?)button["style"] != 6 && string.IsNullOrEmpty(id)) errors.Add(Below(path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
        if (Length(button["label"]) == 0 && button["emoji"] is null) errors.Add(Below(path, "label"), "BUTTON_COMPONENT_INVALID_EMPTY", "A label or emoji is required");
        CheckLength(button["label"], 80, Below(path, "label"), errors);
    }

    private static void CheckAllowed(JsonObject allowed, string path, FormErrors errors)
    {
        foreach (var kind in new[] { "users", "roles" })
        {
            if (allowed[kind] is JsonArray { Count: > 0 } && allowed["parse"] is JsonArray parse && parse.Any(p => (string?)p == kind))
                errors.Add(Below(path, "parse"), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", $"parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
        }
    }

    private static void CheckLength(JsonNode? text, int most, string path, FormErrors errors)
    {
        if (Length(text) > most) errors.Add(path, "BASE_TYPE_MAX_LENGTH", $"Must be {most} or fewer in length.");
    }

    private static int Length(JsonNode? text) => text is JsonValue value && value.TryGetValue<string>(out var s) ? s.EnumerateRunes().Count() : 0;

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
