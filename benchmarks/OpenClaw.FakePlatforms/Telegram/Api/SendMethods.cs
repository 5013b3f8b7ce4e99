using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.Rules;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>sendMessage, its kin for files, and what shows that an answer is coming.</summary>
internal sealed class SendMethods(FakeWorld world)
{
    private static readonly HashSet<string> Actions = new(StringComparer.Ordinal)
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    };

    public void AddTo(ApiMethods methods)
    {
        methods.Add("sendMessage", SendMessage);
        methods.Add("sendMessageDraft", SendMessageDraft);
        methods.Add("sendChatAction", SendChatAction);
        methods.Add("sendMediaGroup", SendMediaGroup);
        foreach (var kind in (string[])["photo", "document", "voice", "audio", "video"])
            methods.Add($"send{char.ToUpperInvariant(kind[0])}{kind[1..]}", call => SendMedia(call, kind));
    }

    private JsonNode SendMessage(ApiCall call)
    {
        lock (world.Lock)
        {
            var text = TextRules.Message(call.Fields);
            var chat = Targets.ChatToWrite(world, call);
            return world.PostByBot(call.Bot, chat, Envelope(call, chat) with { Text = text.Text, Entities = text.Entities }).Json();
        }
    }

    private JsonNode SendMedia(ApiCall call, string kind)
    {
        lock (world.Lock)
        {
            var caption = TextRules.Caption(call.Fields);
            var chat = Targets.ChatToWrite(world, call);
            var media = call.Fields.File(kind) is { } upload
                ? Uploaded(kind, upload, (int)(call.Fields.Number("duration") ?? 0))
                : Named(kind, call[kind] ?? throw Refusal.Broken($"there is no {kind} in the request"), call.Fields);
            return world.PostByBot(call.Bot, chat, Envelope(call, chat) with { Media = media, Caption = caption?.Text, CaptionEntities = caption?.Entities }).Json();
        }
    }

    private JsonNode SendMediaGroup(ApiCall call)
    {
        lock (world.Lock)
        {
            if (call.Fields.Json("media") is not JsonArray list || list.Count is < 2 or > 10) throw Refusal.Broken("media must include 2-10 items");
            var items = list.OfType<JsonObject>().ToList();
            var kinds = items.Select(i => (string?)i["type"] ?? "").Distinct(StringComparer.Ordinal).ToList();
            if (kinds.Exists(k => k is not ("photo" or "video" or "document" or "audio"))) throw Refusal.Broken("type must be non-empty and one of photo, video, document, audio");
            if (kinds.Count > 1 && kinds.Exists(k => k is "document" or "audio")) throw Refusal.Broken("documents and audio can't be mixed with other media types");
            var chat = Targets.ChatToWrite(world, call);
            var contents = items.ConvertAll(i => Item(call, i));
            var envelope = Envelope(call, chat) with { MediaGroupId = world.NewId() };
            return new JsonArray([.. contents.Select(c => world.PostByBot(call.Bot, chat, envelope with { Media = c.Media, Caption = c.Caption, CaptionEntities = c.CaptionEntities }).Json())]);
        }
    }

    private Content Item(ApiCall call, JsonObject item)
    {
        var kind = (string)item["type"]!;
        var caption = TextRules.Caption((string?)item["caption"], (string?)item["parse_mode"], item["caption_entities"] as JsonArray);
        return new() { Media = Named(kind, (string?)item["media"] ?? throw Refusal.Broken("media not found"), call.Fields), Caption = caption?.Text, CaptionEntities = caption?.Entities };
    }

    private JsonNode SendChatAction(ApiCall call)
    {
        lock (world.Lock)
        {
            if (!Actions.Contains(call["action"] ?? "")) throw Refusal.Broken("wrong parameter action in request");
            var chat = Targets.ChatToWrite(world, call);
            Targets.Topic(chat, call);
            chat.Action = (call["action"]!, world.Time.GetUtcNow());
            world.Changes.Raise();
            return true;
        }
    }

    private JsonNode SendMessageDraft(ApiCall call)
    {
        lock (world.Lock)
        {
            if (call.Fields.Number("draft_id") is null or 0) throw Refusal.Broken("draft_id must be non-zero");
            var text = TextRules.Draft(call.Fields);
            var chat = Targets.ChatToWrite(world, call);
            if (!chat.IsPrivate) throw Refusal.Broken("drafts can be sent to private chats only");
            chat.Draft = text;
            world.Changes.Raise();
            return true;
        }
    }

    /// <summary>What every message has: its topic, what it replies to, its keyboard.</summary>
    private static Content Envelope(ApiCall call, FakeChat chat) => new()
    {
        Topic = Targets.Topic(chat, call),
        ReplyTo = Targets.ReplyTo(chat, call),
        ReplyMarkup = KeyboardRules.Read(call.Fields),
    };

    private FakeMedia Uploaded(string kind, Upload upload, int seconds)
    {
        MediaRules.Check(kind, upload);
        return world.AddMedia(kind, upload.Name, upload.ContentType, upload.Content, seconds: seconds);
    }

    /// <summary>An attached file, or one that is known by its file_id.</summary>
    private FakeMedia Named(string kind, string name, RequestFields fields)
    {
        if (name.StartsWith("attach://", StringComparison.Ordinal))
            return Uploaded(kind, fields.File(name["attach://".Length..]) ?? throw Refusal.Broken($"there is no file {name} in the request"), 0);
        if (Uri.TryCreate(name, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") throw Refusal.Bad("failed to get HTTP URL content");
        var media = world.MediaOf(name) ?? throw Refusal.Bad("wrong file identifier/HTTP URL specified");
        return media.Kind == kind ? media : throw Refusal.Bad($"can't use file of type {media.Kind} as {kind}");
    }
}
