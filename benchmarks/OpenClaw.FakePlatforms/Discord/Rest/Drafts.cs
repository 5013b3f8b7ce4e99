using System.Globalization;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Model;
using OpenClaw.FakePlatforms.Discord.Rules;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>Turns a body into a message, or a refusal.</summary>
internal static class Drafts
{
    /// <param name="body">Of a new message.</param>
    /// <param name="path">Where it stands in the request's body.</param>
    /// <param name="files">Of the request.</param>
    /// <param name="draft">The message; null when refused.</param>
    public static RestAnswer? Read(JsonObject body, string path, IReadOnlyDictionary<string, DiscordFile> files, out MessageDraft? draft)
    {
        draft = null;
        FormErrors errors = new();
        MessageRules.Check(body, path, errors);
        var sent = Files(body, files, errors);
        if (errors.Any) return RestAnswer.Invalid(errors);
        if (MessageRules.IsEmpty(body, files.Count)) return Refusals.EmptyMessage;
        draft = new()
        {
            Content = ((string?)body["content"] ?? "").Trim(),
            Embeds = Embeds(body["embeds"]),
            Components = Components(body["components"]),
            Files = sent,
            Flags = (int?)body["flags"] ?? 0,
            Nonce = body["nonce"]?.DeepClone(),
            AllowedMentions = body["allowed_mentions"]?.DeepClone() as JsonObject,
            Stickers = [.. (body["sticker_ids"] as JsonArray)?.Select(s => (string)s!) ?? []],
        };
        return null;
    }

    /// <summary>Applies the body of an edit: a field that is left out stays as it is.</summary>
    public static RestAnswer? Edit(DiscordWorld world, DiscordMessage message, RestCall call)
    {
        var body = call.Fields;
        FormErrors errors = new();
        MessageRules.Check(body, "", errors);
        var sent = Files(body, call.Files, errors);
        if (errors.Any) return RestAnswer.Invalid(errors);
        var kept = body["attachments"] is JsonArray listed
            ? message.Attachments.Where(a => listed.Any(l => (string?)l!["id"] == a.Id)).ToList()
            : [.. message.Attachments];
        var content = body.ContainsKey("content") ? ((string?)body["content"] ?? "").Trim() : message.Content;
        var embeds = body.ContainsKey("embeds") ? Embeds(body["embeds"]) : message.Embeds;
        var components = body.ContainsKey("components") ? Components(body["components"]) : message.Components;
        if (content.Length == 0 && embeds.Count == 0 && components.Count == 0 && kept.Count + sent.Count == 0) return Refusals.EmptyMessage;
        world.Change(
            message,
            m =>
            {
                m.Rewrite(content, world.Time.GetUtcNow());
                (m.Embeds, m.Components) = (embeds, components);
                m.Attachments = [.. kept, .. sent.Select(f => world.Keep(m.Channel, f))];
                // whether an answer is for one person's eyes only is settled when it is made
                m.Flags = (((int?)body["flags"] ?? m.Flags) & ~DiscordMessage.Loading & ~DiscordMessage.Ephemeral) | (m.Flags & DiscordMessage.Ephemeral);
            },
            body["allowed_mentions"] as JsonObject);
        return null;
    }

    private static List<DiscordFile> Files(JsonObject body, IReadOnlyDictionary<string, DiscordFile> files, FormErrors errors)
    {
        List<DiscordFile> sent = [];
        var listed = (body["attachments"] as JsonArray)?.OfType<JsonObject>().ToList() ?? [];
        foreach (var (name, file) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var index = name["files[".Length..^1];
            var about = listed.Find(l => l["id"]?.ToString() == index);
            if (listed.Count > 0 && about is null) errors.Add("attachments", "ATTACHMENT_NOT_FOUND", $"attachments does not name {name}");
            sent.Add(file with { Name = (string?)about?["filename"] ?? file.Name, Description = (string?)about?["description"] });
        }

        foreach (var about in listed.Where(l => l["id"]!.ToString().Length < 3 && !files.ContainsKey($"files[{l["id"]}]")))
            errors.Add("attachments", "ATTACHMENT_NOT_FOUND", $"Attachment data for {about["id"]} cannot be found");
        return sent;
    }

    private static JsonArray Embeds(JsonNode? given)
    {
        var embeds = given is JsonArray array ? (JsonArray)WithoutNulls(array) : [];
        foreach (var embed in embeds.OfType<JsonObject>())
        {
            embed["type"] = "rich";
            foreach (var field in (embed["fields"] as JsonArray)?.OfType<JsonObject>() ?? []) field["inline"] ??= false;
        }

        return embeds;
    }

    /// <summary>A field that is null in a request is left out of what the platform shows.</summary>
    private static JsonNode WithoutNulls(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)WithoutNulls(f.Value!)))),
        JsonArray items => new JsonArray([.. items.OfType<JsonNode>().Select(WithoutNulls)]),
        _ => node.DeepClone(),
    };

    /// <summary>The platform numbers the components that have no id.</summary>
    private static JsonArray Components(JsonNode? given)
    {
        var components = given is JsonArray array ? (JsonArray)WithoutNulls(array) : [];
        var next = 1;
        Number(components);
        return components;

        static void Choose(JsonObject select)
        {
            select["min_values"] ??= 1;
            select["max_values"] ??= 1;
        }

        void Number(JsonArray some)
        {
            foreach (var component in some.OfType<JsonObject>())
            {
                component["id"] ??= next++;
                if ((int?)component["type"] is 3 or 5 or 6 or 7 or 8) Choose(component);
                if (component["components"] is JsonArray inner) Number(inner);
            }
        }
    }

    /// <summary>What a message replies to; a refusal when there is no such message and the request insists.</summary>
    public static RestAnswer? Reply(JsonObject body, DiscordChannel channel, out DiscordMessage? reply)
    {
        reply = null;
        if (body["message_reference"] is not JsonObject reference) return null;
        var id = ulong.Parse((string)reference["message_id"]!, NumberStyles.None, CultureInfo.InvariantCulture);
        if (reference["channel_id"] is { } other && (string?)other != channel.Id) return RestAnswer.Invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
        reply = channel.Find(id);
        return reply is null && (bool?)reference["fail_if_not_exists"] != false
            ? RestAnswer.Invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message") with { Broken = null }
            : null;
    }
}
