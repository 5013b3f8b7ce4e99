using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram.World;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>A person in a chat: what they do there reaches the bots as updates.</summary>
internal sealed class FakeVoice(FakeTelegram telegram, FakeUser person, FakeChat chat, FakeBot? bot, FakeTopic? topic)
{
    public FakeChat Chat => chat;

    /// <param name="text">As typed: commands, mentions and links become entities.</param>
    /// <param name="replyTo">The message they answer.</param>
    public Task<FakeMessage> SaysAsync(string text, FakeMessage? replyTo = null) =>
        PostAsync(new() { Text = text, Entities = TextEntities.In(text), ReplyTo = replyTo });

    /// <summary>Presses Start, also with the payload of a deep link: <c>/start payload</c>.</summary>
    public Task<FakeMessage> StartsAsync(string? payload = null) => SaysAsync(payload is null ? "/start" : $"/start {payload}");

    public Task<FakeMessage> SendsPhotoAsync(byte[] content, string? caption = null) => SendsAsync("photo", "photo.jpg", "image/jpeg", content, caption);

    /// <param name="size">What the platform says about its size; larger than 20 MB, a bot cannot fetch it.</param>
    public Task<FakeMessage> SendsDocumentAsync(string name, byte[] content, string mimeType = "application/octet-stream", string? caption = null, long? size = null) =>
        PostAsync(Captioned(telegram.World.AddMedia("document", name, mimeType, content, size), caption));

    public Task<FakeMessage> SendsVoiceAsync(byte[] content, int seconds = 3) =>
        PostAsync(new() { Media = telegram.World.AddMedia("voice", "voice.oga", "audio/ogg", content, seconds: seconds) });

    /// <param name="kind">photo, document, voice, audio, video.</param>
    public Task<FakeMessage> SendsAsync(string kind, string name, string mimeType, byte[] content, string? caption = null) =>
        PostAsync(Captioned(telegram.World.AddMedia(kind, name, mimeType, content), caption));

    /// <summary>Several photos as one album: as many messages, with one media_group_id; the caption is on the first.</summary>
    public async Task<IReadOnlyList<FakeMessage>> SendsAlbumAsync(IReadOnlyList<byte[]> photos, string? caption = null)
    {
        var group = telegram.World.NewId();
        List<FakeMessage> sent = [];
        foreach (var photo in photos)
            sent.Add(await PostAsync(Captioned(telegram.World.AddMedia("photo", "photo.jpg", "image/jpeg", photo), sent.Count == 0 ? caption : null) with { MediaGroupId = group }));
        return sent;
    }

    /// <summary>A message with fields of your own: a sticker, a place, a service message, or nothing the bot knows.</summary>
    public Task<FakeMessage> SendsFieldsAsync(JsonObject fields) => PostAsync(new() { Service = fields });

    public Task EditsAsync(FakeMessage message, string text)
    {
        telegram.World.EditByPerson(message, text);
        return Task.CompletedTask;
    }

    /// <summary>Presses the button with this label: of the present keyboard, or else of the last one that had it.</summary>
    public Task<FakeCallback> PressAsync(FakeMessage message, string label)
    {
        var button = message.Buttons.Concat(message.Keyboards.Reverse().SelectMany(FakeMessage.ButtonsOf)).FirstOrDefault(b => b.Text == label)
            ?? throw new InvalidOperationException($"No keyboard of the message has had a button \"{label}\": {message}");
        return PressDataAsync(message, button.Data ?? throw new InvalidOperationException($"The button \"{label}\" is a link."));
    }

    /// <summary>Presses a button with any data, as an old or forged client can.</summary>
    public Task<FakeCallback> PressDataAsync(FakeMessage message, string data) => Task.FromResult(telegram.World.Press(person, message, data));

    /// <summary>Blocks the bot of the private chat.</summary>
    public Task BlocksAsync() => SetAsync(Membership.Kicked);

    public Task UnblocksAsync() => SetAsync(Membership.Member);

    private static Content Captioned(FakeMedia media, string? caption) =>
        new() { Media = media, Caption = caption, CaptionEntities = caption is null ? null : TextEntities.In(caption) };

    private Task<FakeMessage> PostAsync(Content content)
    {
        if (bot is not null) telegram.World.Start(bot, chat);
        return Task.FromResult(telegram.World.PostByPerson(person, chat, content with { Topic = topic }));
    }

    private Task SetAsync(Membership membership)
    {
        telegram.World.SetMembership(bot ?? throw new InvalidOperationException("Bots are blocked in private chats."), chat, person, membership);
        return Task.CompletedTask;
    }
}
